package parley.history.query;

import org.jspecify.annotations.Nullable;
import parley.protocol.Seq;

/**
 * A place in a room's history as clients carry it: a seq, or {@code <seq>.<version>}, where the
 * version is the seq of the last edit, deletion or reaction that the answer took in. A page asked
 * for under the current version is the same for as long as the version is, so it may be cached
 * under its address.
 *
 * @param version -1 if the client gave a plain seq
 */
public record Cursor(long seq, long version) {
  static Cursor of(long seq, long version) {
    return new Cursor(seq, version);
  }

  /** Null if this is none. */
  public static @Nullable Cursor parse(String text) {
    int dot = text.indexOf('.');
    long seq = number(dot < 0 ? text : text.substring(0, dot));
    long version = dot < 0 ? -1 : number(text.substring(dot + 1));
    return seq < 0 || (dot >= 0 && version < 0) ? null : new Cursor(seq, version);
  }

  @Override
  public String toString() {
    return version < 0 ? Long.toString(seq) : seq + "." + version;
  }

  private static long number(String digits) {
    if (digits.isEmpty()
        || digits.length() > 16
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    long number = Long.parseLong(digits);
    return Seq.isValid(number) ? number : -1;
  }
}

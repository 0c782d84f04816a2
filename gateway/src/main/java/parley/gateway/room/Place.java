package parley.gateway.room;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is in what it hears.
 *
 * @param pos everything up to here it has; 0 if it has heard nothing yet
 * @param seq of the last event up to there; shows whether Redis has lost it since. Null if the
 *     client cannot tell
 */
public record Place(long pos, @Nullable Long seq) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,15}|[1-8]\\d{15})(?:-(\\d{1,16}))?");

  public static Place at(long pos) {
    return new Place(pos, null);
  }

  /**
   * {@code pos-seq} as the ids of server-sent events are, or {@code pos}; null if it is neither.
   */
  public static @Nullable Place parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String seq = matcher.group(2);
    return new Place(Long.parseLong(matcher.group(1)), seq == null ? null : Long.valueOf(seq));
  }

  @Override
  public String toString() {
    return seq == null ? Long.toString(pos) : pos + "-" + seq;
  }
}

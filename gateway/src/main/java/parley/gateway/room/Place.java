package parley.gateway.room;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is in what it hears; as text the id of a server-sent event.
 *
 * @param pos everything up to here it has; 0 if it has heard nothing yet
 * @param last the event that it ends with; shows whether Redis has lost it since. Null if the
 *     client cannot tell
 */
public record Place(long pos, @Nullable Last last) {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,15}|[1-8]\\d{15})(?:-(\\d{1,16})-([0-9a-f]{8}))?");

  /**
   * An event of a room.
   *
   * @param room its {@link #mark}: the number alone may be that of another room's event too
   */
  public record Last(long seq, int room) {}

  public static Place at(long pos) {
    return new Place(pos, null);
  }

  public static Place behind(long pos, long seq, String room) {
    return new Place(pos, new Last(seq, mark(room)));
  }

  /** What stands for a room in a place. */
  static int mark(String room) {
    return room.hashCode();
  }

  /** {@code pos-seq-room}, or {@code pos} alone; null if it is neither. */
  public static @Nullable Place parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String seq = matcher.group(2);
    return new Place(
        Long.parseLong(matcher.group(1)),
        seq == null
            ? null
            : new Last(Long.parseLong(seq), HexFormat.fromHexDigits(matcher.group(3))));
  }

  @Override
  public String toString() {
    return last == null
        ? Long.toString(pos)
        : pos + "-" + last.seq + "-" + HexFormat.of().toHexDigits(last.room);
  }
}

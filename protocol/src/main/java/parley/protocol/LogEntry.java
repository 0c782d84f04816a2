package parley.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a shard's log. The stream id of an entry is {@code <pos>-0}; its one field says what
 * it is: {@code e} an event ({@code <room>\n<json>}), {@code r} a read mark ({@code
 * <room>\n<user>\n<seq>}). The log's budget counts the bytes of the value.
 */
public sealed interface LogEntry {
  String room();

  record Event(String room, String json) implements LogEntry {}

  record ReadMark(String room, String user, long seq) implements LogEntry {}

  /** Null if this is no entry that we wrote. */
  static @Nullable LogEntry parse(String field, byte[] value) {
    int end = newline(value, 0);
    if (end < 1) {
      return null;
    }
    String room = new String(value, 0, end, StandardCharsets.UTF_8);
    return switch (field) {
      case "e" ->
          new Event(
              room, new String(value, end + 1, value.length - end - 1, StandardCharsets.UTF_8));
      case "r" -> readMark(room, value, end + 1);
      default -> null;
    };
  }

  /** The pos that a stream id carries. */
  static long pos(String streamId) {
    int dash = streamId.indexOf('-');
    return Long.parseLong(dash < 0 ? streamId : streamId.substring(0, dash));
  }

  private static @Nullable LogEntry readMark(String room, byte[] value, int from) {
    int end = newline(value, from);
    if (end <= from || end == value.length - 1 || end < 0) {
      return null;
    }
    String seq = new String(value, end + 1, value.length - end - 1, StandardCharsets.US_ASCII);
    if (seq.length() > 16 || !seq.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    String user = new String(value, from, end - from, StandardCharsets.UTF_8);
    return new ReadMark(room, user, Long.parseLong(seq));
  }

  private static int newline(byte[] value, int from) {
    for (int i = from; i < value.length; i++) {
      if (value[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}

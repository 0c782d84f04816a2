package parley.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The fixed beginning of every durable event's JSON, read by position: {@code
 * {"seq":1,"prev":0,"pos":2,"ts":3,"type":"message",…}}. No JSON parser touches an event on its way
 * to clients.
 */
public record EventHead(long seq, long prev, long pos, long ts, EventType type) {
  private static final byte[][] NAMES = {
    ascii("{\"seq\":"),
    ascii(",\"prev\":"),
    ascii(",\"pos\":"),
    ascii(",\"ts\":"),
    ascii(",\"type\":\"")
  };
  private static final EventType[] TYPES = EventType.values();
  private static final int DIGITS_MAX = 16;

  /** Whether a payload of a room channel is a durable event; else it is {@link Ephemeral}. */
  public static boolean isDurable(byte[] payload) {
    return payload.length > 0 && payload[0] == '{';
  }

  /** The head of the event that begins at {@code from}, or null if these bytes are none. */
  public static @Nullable EventHead parse(byte[] json, int from) {
    long[] numbers = new long[4];
    int at = from;
    for (int i = 0; i < 4; i++) {
      at = skip(json, at, NAMES[i]);
      int start = at;
      long number = 0;
      while (at >= 0 && at < json.length && json[at] >= '0' && json[at] <= '9') {
        number = number * 10 + (json[at++] - '0');
        if (at - start > DIGITS_MAX) {
          return null;
        }
      }
      if (at <= start || (json[start] == '0' && at > start + 1)) {
        return null;
      }
      numbers[i] = number;
    }
    at = skip(json, at, NAMES[4]);
    EventType type = at < 0 ? null : typeAt(json, at);
    return type == null
        ? null
        : new EventHead(numbers[0], numbers[1], numbers[2], numbers[3], type);
  }

  public static @Nullable EventHead parse(byte[] json) {
    return parse(json, 0);
  }

  public static @Nullable EventHead parse(String json) {
    int length = Math.min(json.length(), Limits.EVENT_HEAD_BYTES_MAX);
    return parse(json.substring(0, length).getBytes(StandardCharsets.UTF_8), 0);
  }

  /** The JSON of an event with this head; the type stands in the tail. */
  public String with(String tail) {
    return "{\"seq\":"
        + seq
        + ",\"prev\":"
        + prev
        + ",\"pos\":"
        + pos
        + ",\"ts\":"
        + ts
        + ","
        + tail;
  }

  private static @Nullable EventType typeAt(byte[] json, int at) {
    for (EventType type : TYPES) {
      String code = type.code();
      int end = at + code.length();
      if (end < json.length && json[end] == '"' && matches(json, at, code)) {
        return type;
      }
    }
    return null;
  }

  private static boolean matches(byte[] json, int at, String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      if (json[at + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where {@code name} ends if it stands at {@code at}, else -1. */
  private static int skip(byte[] json, int at, byte[] name) {
    if (at < 0 || at + name.length > json.length) {
      return -1;
    }
    for (int i = 0; i < name.length; i++) {
      if (json[at + i] != name[i]) {
        return -1;
      }
    }
    return at + name.length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

package parley.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A published event that is never numbered and never stored: {@code ~<event> <except or -> <json>}
 * on the wire.
 *
 * @param except id of the one socket that shall not hear it, or null
 * @param json one JSON object
 */
public record Ephemeral(String event, @Nullable String except, String json) {
  public String encode() {
    return "~" + event + " " + (except == null ? "-" : except) + " " + json;
  }

  /** Null if these bytes have another form. */
  public static @Nullable Ephemeral parse(byte[] payload) {
    if (payload.length == 0 || payload[0] != '~') {
      return null;
    }
    String text = new String(payload, StandardCharsets.UTF_8);
    int first = text.indexOf(' ');
    int second = first < 0 ? -1 : text.indexOf(' ', first + 1);
    if (first < 2 || second <= first + 1) {
      return null;
    }
    String except = text.substring(first + 1, second);
    return new Ephemeral(
        text.substring(1, first), except.equals("-") ? null : except, text.substring(second + 1));
  }
}

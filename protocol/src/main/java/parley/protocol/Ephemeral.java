package parley.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A published event that is never numbered and never stored: {@code ~<event> <except or -> <json>}
 * on the wire, and with binary parts {@code ^<event> <except or -> <part>,<part> <json>}, each part
 * in Base64.
 *
 * @param except id of the one socket that shall not hear it, or null
 * @param json one JSON object; it holds {@code {"_placeholder":true,"num":i}} where part i belongs
 */
public record Ephemeral(String event, @Nullable String except, String json, List<byte[]> binaries) {
  private static final char PLAIN = '~';
  private static final char WITH_BINARIES = '^';

  public Ephemeral(String event, @Nullable String except, String json) {
    this(event, except, json, List.of());
  }

  public String encode() {
    StringBuilder text = new StringBuilder(json.length() + event.length() + 32);
    text.append(binaries.isEmpty() ? PLAIN : WITH_BINARIES).append(event).append(' ');
    text.append(except == null ? "-" : except).append(' ');
    for (int i = 0; i < binaries.size(); i++) {
      text.append(i == 0 ? "" : ",").append(Base64.getEncoder().encodeToString(binaries.get(i)));
    }
    return text.append(binaries.isEmpty() ? "" : " ").append(json).toString();
  }

  /** Null if these bytes have another form. */
  public static @Nullable Ephemeral parse(byte[] payload) {
    if (payload.length == 0 || (payload[0] != PLAIN && payload[0] != WITH_BINARIES)) {
      return null;
    }
    boolean plain = payload[0] == PLAIN;
    String[] parts = new String(payload, StandardCharsets.UTF_8).split(" ", plain ? 3 : 4);
    if (parts.length < (plain ? 3 : 4) || parts[0].length() < 2 || parts[1].isEmpty()) {
      return null;
    }
    List<byte[]> binaries = plain ? List.of() : binaries(parts[2]);
    if (binaries == null) {
      return null;
    }
    String except = parts[1].equals("-") ? null : parts[1];
    return new Ephemeral(parts[0].substring(1), except, parts[parts.length - 1], binaries);
  }

  private static @Nullable List<byte[]> binaries(String text) {
    List<byte[]> binaries = new ArrayList<>();
    try {
      for (String part : text.split(",", -1)) {
        binaries.add(Base64.getDecoder().decode(part));
      }
      return binaries;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

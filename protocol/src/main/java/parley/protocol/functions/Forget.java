package parley.protocol.functions;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.RoomKeys;

/** Retention takes old events out of Redis and out of the gateways' rings: see forget.lua. */
public final class Forget {
  public static final String NAME = "parley_forget";
  private static final int DIGITS_MAX = 16;

  private Forget() {}

  /**
   * @param beforePos events that came before it go
   */
  public static FunctionCall call(RoomKeys room, long beforePos) {
    return new FunctionCall(
        NAME, List.of(room.hash(), room.recent()), List.of(Long.toString(beforePos)));
  }

  /** How many events Redis held. */
  public static long reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    if (!answer.word().equals("ok")) {
      throw answer.unexpected();
    }
    return answer.number(1);
  }

  /** The pos of a published message that says what is to be forgotten; null if it is another. */
  public static @Nullable Long published(byte[] payload) {
    if (payload.length < 2 || payload[0] != '-' || payload.length > DIGITS_MAX + 1) {
      return null;
    }
    String digits = new String(payload, 1, payload.length - 1, StandardCharsets.US_ASCII);
    return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.valueOf(digits) : null;
  }
}

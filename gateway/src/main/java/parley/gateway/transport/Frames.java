package parley.gateway.transport;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import parley.gateway.room.Gap;
import parley.protocol.ErrorCode;

/** The JSON of what a client is told by its transport. */
final class Frames {
  private Frames() {}

  /** {@code {room, after, head, lost?}}. */
  static String gap(Gap gap) {
    JsonObject json =
        new JsonObject().put("room", gap.room()).put("after", gap.after()).put("head", gap.head());
    if (!gap.lost().isEmpty()) {
      json.put("lost", new JsonArray(gap.lost()));
    }
    return json.encode();
  }

  /** {@code {code, message}}. */
  static String ended(ErrorCode code, String message) {
    return new JsonObject().put("code", code.code()).put("message", message).encode();
  }
}

package parley.gateway.bus;

import io.vertx.core.json.JsonObject;
import parley.protocol.Ephemeral;
import parley.protocol.User;

/** What a room hears of a read mark. */
final class ReadMarks {
  private ReadMarks() {}

  static Ephemeral ephemeral(String room, User user, long seq) {
    JsonObject json =
        new JsonObject()
            .put("room", room)
            .put("user", new JsonObject().put("id", user.id()))
            .put("seq", seq);
    return new Ephemeral("read", null, json.encode());
  }
}

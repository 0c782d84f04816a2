package parley.gateway.session;

import io.vertx.core.json.JsonObject;
import parley.gateway.bus.Lane;
import parley.protocol.Ephemeral;
import parley.protocol.User;

/** What a room is told of who is in it. */
final class PresenceEvents {
  private final Lane lane;

  PresenceEvents(Lane lane) {
    this.lane = lane;
  }

  void change(String room, User user, boolean on, int count) {
    publish(
        room,
        new JsonObject()
            .put("room", room)
            .put("user", Sessions.json(user))
            .put("on", on)
            .put("count", count));
  }

  void count(String room, int count) {
    publish(room, new JsonObject().put("room", room).put("count", count));
  }

  private void publish(String room, JsonObject event) {
    var _ = lane.publishToRoom(room, new Ephemeral("presence", null, event.encode()));
  }
}

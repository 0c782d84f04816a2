package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Speaker;
import parley.protocol.Ephemeral;
import parley.protocol.User;

/**
 * What one session's rooms are told of its user's typing. Clients forget it by themselves after a
 * few seconds; until then its end is told too. Called on the session's loop.
 */
final class Typing {
  private static final Duration LASTS = Duration.ofSeconds(6);

  private final Lane lane;
  private final Peer peer;
  private final Allowance allowance;

  /** Rooms that were told that this user types, and when. */
  private final Map<String, Long> sinceNanos = new HashMap<>();

  Typing(Lane lane, Peer peer, Allowance allowance) {
    this.lane = lane;
    this.peer = peer;
    this.allowance = allowance;
  }

  /** Refused where the user may not write. What comes too soon after another is not told again. */
  Future<String> begins(Speaker speaker, String room) {
    User user = speaker.user();
    if (!allowance.takeTyping(user.id(), room)) {
      return Future.succeededFuture(Answers.OK);
    }
    sinceNanos.put(room, System.nanoTime());
    return lane.whisper(room, speaker, event(user, room, true))
        .onFailure(refused -> sinceNanos.remove(room))
        .map(Answers.OK);
  }

  void ends(User user, String room) {
    Long since = sinceNanos.remove(room);
    if (since != null && System.nanoTime() - since < LASTS.toNanos()) {
      var _ = lane.publishToRoom(room, event(user, room, false));
    }
  }

  private Ephemeral event(User user, String room, boolean on) {
    JsonObject json =
        new JsonObject().put("room", room).put("user", Sessions.json(user)).put("on", on);
    return new Ephemeral("typing", peer.id(), json.encode());
  }
}

package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Speaker;
import parley.protocol.Ephemeral;
import parley.protocol.User;

/**
 * What one session's rooms are told of its user's typing. It ends when the client says so, leaves,
 * or says nothing more for a while; only when the whole node dies nobody tells the end. Called on
 * the session's loop.
 */
final class Typing {
  private static final Duration LASTS = Duration.ofSeconds(6);

  private final Vertx vertx;
  private final Lane lane;
  private final Peer peer;
  private final Allowance allowance;

  /** Rooms that were told that this user types, and the timer that will end it. */
  private final Map<String, Long> timers = new HashMap<>();

  Typing(Vertx vertx, Lane lane, Peer peer, Allowance allowance) {
    this.vertx = vertx;
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
    forget(room);
    timers.put(room, vertx.setTimer(LASTS.toMillis(), timer -> ends(user, room)));
    return lane.whisper(room, speaker, event(user, room, true))
        .onFailure(refused -> forget(room))
        .map(Answers.OK);
  }

  void ends(User user, String room) {
    if (forget(room)) {
      var _ = lane.publishToRoom(room, event(user, room, false));
    }
  }

  private boolean forget(String room) {
    Long timer = timers.remove(room);
    if (timer == null) {
      return false;
    }
    vertx.cancelTimer(timer);
    return true;
  }

  private Ephemeral event(User user, String room, boolean on) {
    JsonObject json =
        new JsonObject().put("room", room).put("user", Sessions.json(user)).put("on", on);
    return new Ephemeral("typing", peer.id(), json.encode());
  }
}

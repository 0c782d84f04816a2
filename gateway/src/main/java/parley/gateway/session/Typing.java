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

  /**
   * An end that Redis does not take is told again so often; then its listeners' own clocks end it.
   */
  private static final int TRIES_MAX = 5;

  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Lane lane;
  private final Peer peer;
  private final Allowance allowance;
  private final Map<String, Told> rooms = new HashMap<>();

  /** What a room is told, from the first word of it to the end. */
  private static final class Told {
    long timer;

    /** Until every word of it has been told or refused: they need not come back in order. */
    Future<Void> underWay = Future.succeededFuture();

    /** The room has heard of it. */
    boolean heard;
  }

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
    Told told = rooms.computeIfAbsent(room, first -> new Told());
    vertx.cancelTimer(told.timer);
    told.timer = vertx.setTimer(LASTS.toMillis(), timer -> ends(user, room));
    Future<Void> word =
        lane.whisper(room, speaker, event(user, room, true))
            .onSuccess(heard -> told.heard = true)
            .onFailure(
                refused -> {
                  if (rooms.get(room) == told) {
                    ends(user, room);
                  }
                });
    told.underWay = Future.join(told.underWay, word).mapEmpty();
    return word.map(Answers.OK);
  }

  /** After whatever of it is still under way, so that the end comes last. */
  void ends(User user, String room) {
    Told told = rooms.remove(room);
    if (told != null) {
      vertx.cancelTimer(told.timer);
      told.underWay.onComplete(
          all -> {
            if (told.heard) {
              tellEnd(user, room, 1);
            }
          });
    }
  }

  private void tellEnd(User user, String room, int tries) {
    if (rooms.containsKey(room)) {
      return; // typing again
    }
    lane.publishToRoom(room, event(user, room, false))
        .onFailure(
            untold -> {
              if (tries < TRIES_MAX) {
                vertx.setTimer(TRY_AGAIN_AFTER.toMillis(), later -> tellEnd(user, room, tries + 1));
              }
            });
  }

  private Ephemeral event(User user, String room, boolean on) {
    JsonObject json =
        new JsonObject().put("room", room).put("user", Sessions.json(user)).put("on", on);
    return new Ephemeral("typing", peer.id(), json.encode());
  }
}

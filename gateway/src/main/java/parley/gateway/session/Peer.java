package parley.gateway.session;

import io.vertx.core.Future;
import parley.gateway.room.Joined;
import parley.gateway.room.Outlet;
import parley.protocol.ErrorCode;

/**
 * The client at the other end of a session: what every transport can do. Called on its loop only.
 */
public interface Peer extends Outlet {

  /** The address of the client, for limits. */
  String address();

  /** Writes one event for this client alone, and flushes. */
  void say(String event, String json);

  /**
   * The session must end and not return: says why as the event {@code ended} and closes the
   * connection.
   */
  void end(ErrorCode code, String message);

  /** The node is going: closes the connection so that the client returns elsewhere. */
  void goAway();

  /** A room was joined; completes when it is noted wherever the session is kept for recovery. */
  default Future<?> remember(Joined joined) {
    return Future.succeededFuture();
  }

  /** A room was left. */
  default void forget(String room) {}
}

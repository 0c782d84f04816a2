package parley.socketio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who brings events to rooms. Membership is told on the event loop of the socket; {@link
 * #broadcast} is called on any thread.
 *
 * <p>A broadcaster may end an event's arguments with an offset, a string that the client hands back
 * when it claims its session ({@link SessionStore.Claim#offset}). Clients take <em>any</em> string
 * at the end for one, in sessions with a {@link Socket#pid}; so an event without an offset must end
 * in something else there.
 */
public interface Broadcaster {

  /** Connected: the room of its own {@link Socket#id} is joined by this. */
  void connected(Socket socket);

  /** Connected no longer; leaves all rooms. */
  void disconnected(Socket socket);

  void joined(Socket socket, String room);

  void left(Socket socket, String room);

  /** Sends an event to everyone in the audience. */
  void broadcast(Audience audience, String event, List<@Nullable Object> args);

  /** Sends an event to one socket, which is connected; on its event loop. */
  default void emit(Socket socket, String event, List<@Nullable Object> args) {
    PreparedPacket packet =
        PreparedPacket.of(socket.namespace().name(), event, args, null, socket.pid() != null);
    socket.send(packet);
    packet.release();
    socket.flushSoon();
  }
}

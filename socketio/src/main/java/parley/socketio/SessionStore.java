package parley.socketio;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions are kept so that clients can come back to them, on this node or another. Every
 * method is called on the socket's event loop; futures may be completed by any thread, and are
 * waited for no longer than {@link SocketIoOptions#storeTimeout}.
 *
 * <p>A session belongs to the socket that opened or took it over last. {@link #renew}, {@link
 * #lost} and {@link #forget} of an earlier one must do nothing.
 */
public interface SessionStore {

  /**
   * Keeps a new session, {@link Socket#pid} naming it, before its client hears of it. If it fails,
   * the client is sent away to come again.
   */
  Future<Void> open(Socket socket);

  /**
   * Gives a session to a client that claims it. Middlewares have let the client in; who it is
   * stands in {@link Socket#attachment}, and must be compared with the session's. Whatever is
   * broadcast from the moment that the missed packets end with must be sent to the socket by the
   * broadcaster: {@link Socket#send} may be called before the future is completed only for packets
   * that belong before {@link Recovered#missed}.
   *
   * @return empty if the session cannot be proved to be complete, after which a new one is opened;
   *     a failure if that is not known now, after which the client is sent away to come again with
   *     the same claim
   */
  Future<Optional<Recovered>> takeOver(Socket socket, Claim claim);

  /**
   * Still connected; called every {@link SocketIoOptions#renewInterval} with all of a loop's
   * sockets that have one.
   */
  void renew(List<Socket> sockets);

  /** The connection is gone; the client may come back. */
  void lost(Socket socket);

  /** Client or server ended it on purpose. */
  void forget(Socket socket);

  /**
   * What a client says of its session.
   *
   * @param offset the last string that ended an event's arguments, perhaps of an earlier session;
   *     null: none yet. An attacker chooses it freely
   */
  record Claim(String pid, @Nullable String offset) {}

  /**
   * A session as it goes on.
   *
   * @param rooms to be joined again ({@link Broadcaster#joined} is called for each)
   * @param missed to be written before the client hears that it is connected; released then
   */
  record Recovered(String sid, String pid, Set<String> rooms, List<PreparedPacket> missed) {}
}

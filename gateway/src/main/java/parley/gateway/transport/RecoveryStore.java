package parley.gateway.transport;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Lane;
import parley.gateway.room.Place;
import parley.gateway.room.Resumed;
import parley.gateway.session.Session;
import parley.gateway.session.Sessions;
import parley.socketio.SessionStore;
import parley.socketio.Socket;

/**
 * Recovery of Socket.IO sessions on any node: the offset that clients hand back is the {@code pos}
 * of the last event they have, and each room is replayed from the higher of that and its own join.
 */
final class RecoveryStore implements SessionStore {
  /** Positions above cannot be told apart by clients. */
  private static final long POS_MAX = (1L << 53) - 1;

  private static final int POS_DIGITS_MAX = 16;

  private final Sessions sessions;

  RecoveryStore(Sessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public Future<Void> open(Socket socket) {
    SocketPeer peer = SocketPeer.of(socket);
    peer.abandonReplay(); // a takeover that took too long must not go on beside the new session
    return peer.kept().open();
  }

  @Override
  public Future<Optional<Recovered>> takeOver(Socket socket, Claim claim) {
    SocketPeer peer = SocketPeer.of(socket);
    Long offset = offset(claim.offset());
    if (offset == null) {
      return Future.succeededFuture(Optional.empty());
    }
    Lane lane = peer.loop().lane();
    return SessionRecords.takeOver(lane, claim.pid(), peer.caller().user().id())
        .compose(
            taken ->
                taken == null
                    ? Future.succeededFuture(Optional.empty())
                    : carryOn(peer, claim.pid(), offset, taken));
  }

  private Future<Optional<Recovered>> carryOn(
      SocketPeer peer, String pid, long offset, SessionRecords.Taken taken) {
    peer.replay(taken);
    Session session = sessions.open(peer.loop(), peer, peer.caller());
    peer.session(session);
    return session
        .hearUser()
        .compose(heard -> session.resume(Place.at(offset), new HashMap<>(taken.joinPosByRoom())))
        .map(
            resumed ->
                switch (resumed) {
                  case Resumed.Recovered _ -> recovered(peer, session, pid, taken);
                  case Resumed.Unproved _ -> {
                    peer.abandonReplay();
                    yield Optional.<Recovered>empty();
                  }
                })
        .onFailure(failure -> peer.abandonReplay());
  }

  private static Optional<Recovered> recovered(
      SocketPeer peer, Session session, String pid, SessionRecords.Taken taken) {
    if (peer.session() != session) {
      return Optional.empty(); // given up in the meantime
    }
    peer.replayed();
    return Optional.of(new Recovered(taken.sid(), pid, Set.of(), List.of()));
  }

  /** The client's offset; 0 if it has none yet; null if what it gave is none of ours. */
  private static @Nullable Long offset(@Nullable String text) {
    if (text == null) {
      return 0L;
    }
    boolean digits =
        !text.isEmpty()
            && text.length() <= POS_DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long pos = digits ? Long.parseLong(text) : -1;
    return pos < 0 || pos > POS_MAX ? null : pos;
  }

  @Override
  public void renew(List<Socket> sockets) {
    SessionRecords.fence(SocketPeer.of(sockets.getFirst()).loop().lane())
        .onSuccess(fence -> sockets.forEach(socket -> SocketPeer.of(socket).kept().renew(fence)));
  }

  /** The lease runs on: the client may come back while it lasts. */
  @Override
  public void lost(Socket socket) {
    SocketPeer.of(socket).closeSession();
  }

  @Override
  public void forget(Socket socket) {
    SocketPeer peer = SocketPeer.of(socket);
    peer.kept().forget();
    peer.closeSession();
  }
}

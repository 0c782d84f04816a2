package parley.gateway.transport;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Joined;
import parley.protocol.ErrorCode;
import parley.socketio.Socket;

/**
 * A client's side of its record in Redis: which rooms it joined where, and under which epoch this
 * node may write that. Lives on the socket's event loop.
 */
final class KeptSession {
  private final SocketPeer peer;
  private final Map<String, Long> joinPosByRoom = new HashMap<>();

  /** The epoch under which this node owns the record; null: it is not kept. */
  private @Nullable String owner;

  KeptSession(SocketPeer peer) {
    this.peer = peer;
  }

  /** Keeps a new session, before its client hears of it. */
  Future<Void> open() {
    return write(SessionRecords.FIRST_OWNER)
        .onSuccess(done -> owner = SessionRecords.FIRST_OWNER)
        .mapEmpty();
  }

  /** From now on it is this node's, with the rooms that it has. */
  void takenOver(SessionRecords.Taken taken) {
    owner = taken.owner();
    joinPosByRoom.putAll(taken.joinPosByRoom());
  }

  /** It is not this node's after all. */
  void abandon() {
    owner = null;
    joinPosByRoom.clear();
  }

  /**
   * Written before the ack: whoever was told that it joined is still in the room after a takeover.
   */
  Future<?> joined(Joined joined) {
    joinPosByRoom.put(joined.room(), joined.pos());
    String epoch = owner;
    String pid = peer.socket().pid();
    if (epoch == null || pid == null) {
      return Future.succeededFuture();
    }
    return SessionRecords.joined(peer.loop().lane(), pid, epoch, joined.room(), joined.pos())
        .compose(this::checked);
  }

  void left(String room) {
    joinPosByRoom.remove(room);
    String epoch = owner;
    String pid = peer.socket().pid();
    if (epoch != null && pid != null) {
      var _ = SessionRecords.left(peer.loop().lane(), pid, epoch, room);
    }
  }

  /**
   * @param fence of Redis as it is now
   */
  void renew(String fence) {
    String epoch = owner;
    String pid = peer.socket().pid();
    if (epoch != null && pid != null) {
      var _ = SessionRecords.renew(peer.loop().lane(), pid, epoch, fence).compose(this::checked);
    }
  }

  /** Nobody can come back to it any more. */
  void forget() {
    String epoch = owner;
    String pid = peer.socket().pid();
    if (epoch != null && pid != null) {
      var _ = SessionRecords.forget(peer.loop().lane(), pid, epoch);
      owner = null; // else a renewal that is under way would write it anew
    }
  }

  private Future<Void> checked(SessionRecords.Outcome outcome) {
    return switch (outcome) {
      case DONE -> Future.succeededFuture();
      case ABSENT -> restore();
      case NOT_OURS -> elsewhere();
    };
  }

  /** Writes the record anew after Redis has lost something, unless a later owner was faster. */
  private Future<Void> restore() {
    String epoch = owner;
    return epoch == null
        ? Future.succeededFuture()
        : write(epoch)
            .compose(
                outcome ->
                    outcome == SessionRecords.Outcome.DONE
                        ? Future.succeededFuture()
                        : elsewhere());
  }

  /** The client is connected to another node by now; what is left here of it ends. */
  private Future<Void> elsewhere() {
    peer.socket().closeConnection();
    return Future.failedFuture(
        Refused.of(ErrorCode.CONFLICT, "the session goes on over another connection"));
  }

  private Future<SessionRecords.Outcome> write(String epoch) {
    Socket socket = peer.socket();
    return SessionRecords.open(
        peer.loop().lane(),
        String.valueOf(socket.pid()),
        epoch,
        peer.id(),
        peer.caller().user().id(),
        SessionRecords.fields(joinPosByRoom, peer.guestToken()));
  }
}

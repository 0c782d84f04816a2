package parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Ended;
import parley.gateway.room.Gap;
import parley.gateway.room.Joined;
import parley.gateway.room.Loop;
import parley.gateway.room.WireFormat;
import parley.gateway.session.Caller;
import parley.gateway.session.Peer;
import parley.gateway.session.Session;
import parley.protocol.ErrorCode;
import parley.socketio.PreparedPacket;
import parley.socketio.RawJson;
import parley.socketio.Socket;

/** A Socket.IO client, and what is kept of it for recovery. Lives on the socket's event loop. */
final class SocketPeer implements Peer {
  private final Socket socket;
  private final Loop loop;
  private final Caller caller;
  private final String address;

  /** The token of a guest who showed none, to be known by again. */
  private final @Nullable String guestToken;

  private final Map<String, Long> joinPosByRoom = new HashMap<>();
  private @Nullable Session session;

  /** The epoch under which this node owns the session's record; null: it is not kept. */
  private @Nullable String owner;

  private @Nullable String sidTakenOver;
  private boolean replaying;

  SocketPeer(Socket socket, Loop loop, Caller caller, String address, @Nullable String guestToken) {
    this.socket = socket;
    this.loop = loop;
    this.caller = caller;
    this.address = address;
    this.guestToken = guestToken;
  }

  static SocketPeer of(Socket socket) {
    Object attachment = socket.attachment();
    if (attachment instanceof SocketPeer peer) {
      return peer;
    }
    throw new IllegalStateException("a socket was let in without a caller");
  }

  Socket socket() {
    return socket;
  }

  Loop loop() {
    return loop;
  }

  Caller caller() {
    return caller;
  }

  @Nullable Session session() {
    return session;
  }

  void session(Session session) {
    this.session = session;
  }

  @Nullable String guestToken() {
    return guestToken;
  }

  @Nullable String owner() {
    return owner;
  }

  Map<String, Long> joinPosByRoom() {
    return joinPosByRoom;
  }

  /** The record of this session is this node's. */
  void own(String epoch) {
    owner = epoch;
  }

  /** What is missed will be written before the socket counts as connected. */
  void replay(SessionRecords.Taken taken) {
    replaying = true;
    owner = taken.owner();
    sidTakenOver = taken.sid();
    joinPosByRoom.putAll(taken.joinPosByRoom());
  }

  void replayed() {
    replaying = false;
  }

  /** It could not be proved that nothing would be missed. */
  void abandonReplay() {
    replaying = false;
    owner = null;
    sidTakenOver = null;
    joinPosByRoom.clear();
    closeSession();
  }

  void closeSession() {
    Session open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public String id() {
    return sidTakenOver == null ? socket.id() : sidTakenOver;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public WireFormat format() {
    return replaying || socket.pid() != null
        ? WireFormat.SOCKET_IO_RECOVERABLE
        : WireFormat.SOCKET_IO;
  }

  @Override
  public boolean writable() {
    return replaying || socket.isWritable();
  }

  @Override
  public void write(ByteBuf frames) {
    PreparedPacket packet = PreparedPacket.ofFrames(frames);
    socket.send(packet);
    packet.release();
  }

  @Override
  public void flush() {
    socket.flush();
  }

  @Override
  public void say(String event, String json) {
    PreparedPacket packet =
        PreparedPacket.event(
            socket.namespace().name(), event, json.getBytes(StandardCharsets.UTF_8), null);
    socket.send(packet);
    packet.release();
    socket.flushSoon();
  }

  @Override
  public void gap(Gap gap) {
    say("gap", Frames.gap(gap));
  }

  @Override
  public void ended(String room, Ended why) {
    Session open = session;
    if (open != null) {
      open.ended(room, why);
    }
  }

  @Override
  public void end(ErrorCode code, String message) {
    socket.emit("ended", new RawJson(Frames.ended(code, message).getBytes(StandardCharsets.UTF_8)));
    socket.disconnectAll();
  }

  @Override
  public void goAway() {
    socket.closeForShutdown();
  }

  /**
   * Written before the ack: whoever was told that it joined is still in the room after a takeover.
   */
  @Override
  public Future<?> remember(Joined joined) {
    joinPosByRoom.put(joined.room(), joined.pos());
    String epoch = owner;
    String pid = socket.pid();
    if (epoch == null || pid == null) {
      return Future.succeededFuture();
    }
    return SessionRecords.joined(loop.lane(), pid, epoch, joined.room(), joined.pos())
        .compose(
            outcome ->
                switch (outcome) {
                  case DONE -> Future.succeededFuture();
                  case ABSENT -> restore();
                  case NOT_OURS -> {
                    socket.closeConnection();
                    yield Future.failedFuture(
                        Refused.of(
                            ErrorCode.CONFLICT, "the session goes on over another connection"));
                  }
                });
  }

  @Override
  public void forget(String room) {
    joinPosByRoom.remove(room);
    String epoch = owner;
    String pid = socket.pid();
    if (epoch != null && pid != null) {
      var _ = SessionRecords.left(loop.lane(), pid, epoch, room);
    }
  }

  /** Writes the record anew after Redis has lost it. */
  Future<Void> restore() {
    String pid = socket.pid();
    if (pid == null) {
      return Future.succeededFuture();
    }
    own("1");
    return SessionRecords.open(
        loop.lane(),
        pid,
        id(),
        caller.user().id(),
        SessionRecords.fields(joinPosByRoom, guestToken));
  }

  /** {@link JsonObject} of the socket's auth without what only the library reads. */
  static @Nullable String token(Socket socket) {
    return socket.auth().getValue("token") instanceof String token ? token : null;
  }
}

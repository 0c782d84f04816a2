package parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
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

/** A Socket.IO client as its session sees it. Lives on the socket's event loop. */
final class SocketPeer implements Peer {
  private final Socket socket;
  private final Loop loop;
  private final Caller caller;
  private final String address;

  /** The token of a guest who showed none, to be known by again. */
  private final @Nullable String guestToken;

  private final KeptSession kept = new KeptSession(this);
  private @Nullable Session session;
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

  /** Its record, for recovery. */
  KeptSession kept() {
    return kept;
  }

  /** What is missed will be written before the socket counts as connected. */
  void replay(SessionRecords.Taken taken) {
    replaying = true;
    sidTakenOver = taken.sid();
    kept.takenOver(taken);
  }

  void replayed() {
    replaying = false;
  }

  /** It could not be proved that nothing would be missed. */
  void abandonReplay() {
    replaying = false;
    sidTakenOver = null;
    kept.abandon();
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

  @Override
  public Future<?> remember(Joined joined) {
    return kept.joined(joined);
  }

  @Override
  public void forget(String room) {
    kept.left(room);
  }

  /** {@link JsonObject} of the socket's auth without what only the library reads. */
  static @Nullable String token(Socket socket) {
    return socket.auth().getValue("token") instanceof String token ? token : null;
  }
}

package parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.gateway.room.Ended;
import parley.gateway.room.Gap;
import parley.gateway.room.Loop;
import parley.gateway.room.WireFormat;
import parley.gateway.session.Caller;
import parley.gateway.session.Peer;
import parley.gateway.session.Reply;
import parley.gateway.session.Session;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;
import parley.timing.TimingWheel;
import parley.websocket.FramedConnection;
import parley.websocket.FramedConnections;
import parley.websocket.FramedListener;
import parley.websocket.ServerFrames;

/**
 * A client of {@code /ws} and its connection. Lives on its event loop.
 *
 * <p>Its time in the loop's wheel is the end of the time to authenticate, then that of the next
 * ping, then that of the pong.
 */
final class PlainSocket extends TimingWheel.Entry implements Peer, FramedListener {
  static final int MESSAGE_BYTES_MAX = 64 * 1024;

  /** Past this, a client that takes nothing of its answers is cut. */
  private static final long PENDING_BYTES_MAX = 4L * 1024 * 1024;

  /** Timeouts in a row in which a client may take nothing at all of what waits for it. */
  private static final int STUCK_MAX = 6;

  private static final Duration AUTH_WITHIN = Duration.ofSeconds(10);
  private static final int GOING_AWAY = 1012;

  /** A session that must not return is closed with this and the HTTP status of the reason. */
  private static final int ENDED = 4000;

  private final Clients clients;
  private final String id;
  private final String address;
  private final FramedConnection connection;
  private final PlainRequests requests;
  private final TimingWheel wheel;
  private final Heartbeat heartbeat;
  private boolean awaitingPong;
  private int stuck;
  private int stuckBytes;
  private boolean closed;

  /** When a client is pinged, and how long it may take to answer. */
  record Heartbeat(Duration interval, Duration timeout) {}

  PlainSocket(
      Sessions sessions,
      Credentials credentials,
      Clients clients,
      Loop loop,
      String id,
      String address,
      ServerWebSocket socket,
      FramedConnections connections,
      Heartbeat heartbeat,
      @Nullable Caller caller) {
    this.clients = clients;
    clients.came(Clients.Transport.WEBSOCKET);
    this.id = id;
    this.address = address;
    this.heartbeat = heartbeat;
    this.wheel = TimingWheel.of(((ContextInternal) loop.context()).nettyEventLoop());
    this.requests = new PlainRequests(sessions, credentials, loop, this);
    this.connection = connections.adopt(socket, MESSAGE_BYTES_MAX, this);
    if (caller == null) {
      wheel.schedule(this, AUTH_WITHIN.toMillis());
    } else {
      requests.begin(caller, Reply.NONE);
    }
  }

  /** Somebody stands behind it: from now on it is pinged. */
  void begun() {
    wheel.schedule(this, heartbeat.interval().toMillis());
  }

  @Override
  protected void expire(long lateMillis) {
    if (requests.session() == null) {
      end(ErrorCode.UNAUTHORIZED, "nobody authenticated in time");
    } else if (awaitingPong && !mayStillAnswer()) {
      connection.abort();
    } else {
      if (!awaitingPong) {
        awaitingPong = true;
        connection.ping();
      }
      wheel.schedule(this, heartbeat.timeout().toMillis());
    }
  }

  /** Its ping stands behind all that it has not read yet: who reads slowly answers late. */
  private boolean mayStillAnswer() {
    int pending = (int) Math.min(connection.bytesPending(), Integer.MAX_VALUE);
    stuck = pending == stuckBytes ? stuck + 1 : 0;
    stuckBytes = pending;
    return pending > 0 && stuck < STUCK_MAX;
  }

  @Override
  public void onPong() {
    alive();
  }

  /** Whatever it says, it has not died: its pong may stand in a queue behind it. */
  private void alive() {
    if (awaitingPong) {
      awaitingPong = false;
      stuck = 0;
      stuckBytes = 0;
      wheel.schedule(this, heartbeat.interval().toMillis());
    }
  }

  @Override
  public void onText(ByteBuf message) {
    alive();
    requests.text(message);
  }

  @Override
  public void onBinary(ByteBuf message) {
    alive();
    requests.binary();
  }

  void pause() {
    connection.pause();
  }

  void resume() {
    connection.resume();
  }

  @Override
  public void onDrain() {
    Session open = requests.session();
    if (open != null) {
      open.drained();
    }
  }

  @Override
  public void onClose(int code) {
    if (!closed) {
      closed = true;
      clients.left(Clients.Transport.WEBSOCKET);
    }
    wheel.cancel(this);
    requests.close();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public WireFormat format() {
    return WireFormat.PLAIN;
  }

  @Override
  public boolean writable() {
    return connection.isWritable();
  }

  @Override
  public void write(ByteBuf frames) {
    connection.write(frames);
  }

  @Override
  public void flush() {
    connection.flush();
  }

  @Override
  public void say(String event, String json) {
    text("{\"event\":" + Json.encode(event) + ",\"data\":" + json + "}");
    connection.flush();
  }

  /**
   * @param id the request's own, as JSON
   */
  void answer(String id, String json) {
    text("{\"id\":" + id + ",\"data\":" + json + "}");
    connection.flush();
  }

  private void text(String json) {
    if (connection.bytesPending() > PENDING_BYTES_MAX) {
      connection.abort();
      return;
    }
    connection.write(
        ServerFrames.frame(
            PooledByteBufAllocator.DEFAULT, ServerFrames.TEXT, json.getBytes(UTF_8)));
  }

  @Override
  public void gap(Gap gap) {
    say("gap", Frames.gap(gap));
  }

  @Override
  public void ended(String room, Ended why) {
    Session open = requests.session();
    if (open != null) {
      open.ended(room, why);
    }
  }

  @Override
  public void end(ErrorCode code, String message) {
    say("ended", Frames.ended(code, message));
    connection.close(ENDED + code.httpStatus(), code.code());
  }

  @Override
  public void goAway() {
    connection.close(GOING_AWAY, "this node is going");
  }
}

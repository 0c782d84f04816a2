package parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Ended;
import parley.gateway.room.Gap;
import parley.gateway.room.Loop;
import parley.gateway.room.WireFormat;
import parley.gateway.session.Answers;
import parley.gateway.session.Caller;
import parley.gateway.session.Peer;
import parley.gateway.session.Reply;
import parley.gateway.session.Session;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;
import parley.websocket.FramedConnection;
import parley.websocket.FramedConnections;
import parley.websocket.FramedListener;
import parley.websocket.ServerFrames;

/**
 * A client of {@code /ws}: frames {@code {id?, event, data}}, answered by {@code {id, data}}.
 * Whoever brought no token along says {@code auth} first. Lives on its event loop.
 */
final class PlainSocket implements Peer, FramedListener {
  static final int MESSAGE_BYTES_MAX = 64 * 1024;
  private static final int ID_BYTES_MAX = 64;

  /** Past this, a client that takes nothing of its answers is cut. */
  private static final long PENDING_BYTES_MAX = 4L * 1024 * 1024;

  private static final Duration AUTH_WITHIN = Duration.ofSeconds(10);

  /** Well within the time that idle connections are kept for. */
  private static final Duration PING_EVERY = Duration.ofSeconds(20);

  private static final int PINGS_UNANSWERED_MAX = 2;
  private static final int GOING_AWAY = 1012;
  private static final int NOT_JSON = 1007;
  private static final int BINARY = 1003;

  /** A session that must not return is closed with this and the HTTP status of the reason. */
  private static final int ENDED = 4000;

  private final Vertx vertx;
  private final Sessions sessions;
  private final Credentials credentials;
  private final Clients clients;
  private final Loop loop;
  private final String id;
  private final String address;
  private final ServerWebSocket socket;
  private final FramedConnection connection;
  private final long authTimer;
  private final long pinger;
  private int pingsUnanswered;
  private @Nullable Session session;
  private boolean closed;

  PlainSocket(
      Vertx vertx,
      Sessions sessions,
      Credentials credentials,
      Clients clients,
      Loop loop,
      String id,
      String address,
      ServerWebSocket socket,
      FramedConnections connections,
      @Nullable Caller caller) {
    this.vertx = vertx;
    this.sessions = sessions;
    this.credentials = credentials;
    this.clients = clients;
    clients.came(Clients.Transport.WEBSOCKET);
    this.loop = loop;
    this.id = id;
    this.address = address;
    this.socket = socket;
    this.connection = connections.adopt(socket, MESSAGE_BYTES_MAX, this);
    socket.pongHandler(pong -> pingsUnanswered = 0);
    this.pinger = vertx.setPeriodic(PING_EVERY.toMillis(), timer -> ping());
    this.authTimer =
        vertx.setTimer(
            AUTH_WITHIN.toMillis(),
            timer -> {
              if (session == null) {
                end(ErrorCode.UNAUTHORIZED, "nobody authenticated in time");
              }
            });
    if (caller != null) {
      begin(caller, Reply.NONE);
    }
  }

  /** A connection of which nothing was heard for two pings is dead. */
  private void ping() {
    if (closed || pingsUnanswered++ >= PINGS_UNANSWERED_MAX) {
      connection.abort();
    } else {
      var _ = socket.writePing(Buffer.buffer());
    }
  }

  @Override
  public void onText(ByteBuf message) {
    JsonObject frame = parse(message);
    if (frame == null || !(frame.getValue("event") instanceof String event)) {
      connection.close(NOT_JSON, "frames are {id?, event, data}");
      return;
    }
    Reply reply = reply(frame.getValue("id"));
    Object data = frame.getValue("data");
    if (!(data == null || data instanceof JsonObject)) {
      reply.answer(Answers.refused(Refused.of(ErrorCode.INVALID, "data must be one object")));
      return;
    }
    JsonObject fields = data instanceof JsonObject object ? object : new JsonObject();
    Session open = session;
    if (open != null) {
      open.handle(event, fields, reply);
    } else if (event.equals("auth") && fields.getValue("token") instanceof String token) {
      authenticate(token, reply);
    } else {
      reply.answer(Answers.refused(Refused.of(ErrorCode.UNAUTHORIZED, "say auth {token} first")));
    }
  }

  private static @Nullable JsonObject parse(ByteBuf message) {
    try {
      return Json.decodeValue(message.toString(UTF_8)) instanceof JsonObject object ? object : null;
    } catch (DecodeException e) {
      return null;
    }
  }

  /** An answer goes under the frame's own id: a string or number, given back as it came. */
  private Reply reply(@Nullable Object frameId) {
    if (!(frameId instanceof String || frameId instanceof Number)) {
      return Reply.NONE;
    }
    String encoded = Json.encode(frameId);
    if (encoded.length() > ID_BYTES_MAX) {
      return Reply.NONE;
    }
    return json -> {
      text("{\"id\":" + encoded + ",\"data\":" + json + "}");
      connection.flush();
    };
  }

  private void authenticate(String token, Reply reply) {
    connection.pause();
    credentials
        .ofToken(token)
        .onComplete(
            outcome -> {
              connection.resume();
              if (closed || session != null) {
                return;
              }
              if (outcome.succeeded()) {
                begin(outcome.result(), reply);
              } else {
                reply.answer(Answers.refused(outcome.cause()));
              }
            });
  }

  private void begin(Caller caller, Reply reply) {
    try {
      Session open = sessions.open(loop, this, caller);
      session = open;
      vertx.cancelTimer(authTimer);
      var _ = open.hearUser();
      reply.answer(Session.welcome(caller).put("node", sessions.nodeId()).encode());
      open.hearRelays();
    } catch (Refused refused) {
      reply.answer(Answers.refused(refused));
      end(refused.code(), String.valueOf(refused.getMessage()));
    }
  }

  @Override
  public void onBinary(ByteBuf message) {
    connection.close(BINARY, "frames are JSON");
  }

  @Override
  public void onDrain() {
    Session open = session;
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
    vertx.cancelTimer(authTimer);
    vertx.cancelTimer(pinger);
    Session open = session;
    if (open != null) {
      open.close();
    }
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
    Session open = session;
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

package parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Loop;
import parley.gateway.session.Answers;
import parley.gateway.session.Caller;
import parley.gateway.session.Reply;
import parley.gateway.session.Session;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;

/**
 * What a client of {@code /ws} says: frames {@code {id?, event, data}}, answered by {@code {id,
 * data}}. Whoever brought no token along says {@code auth} first. What is no such frame is answered
 * under the id null. Lives on its event loop.
 */
final class PlainRequests {
  private static final int ID_BYTES_MAX = 64;

  /** A client that says more nonsense than this is no client. */
  private static final int MALFORMED_MAX = 20;

  private final Sessions sessions;
  private final Credentials credentials;
  private final Loop loop;
  private final PlainSocket socket;
  private @Nullable Session session;
  private int malformed;
  private boolean closed;

  PlainRequests(Sessions sessions, Credentials credentials, Loop loop, PlainSocket socket) {
    this.sessions = sessions;
    this.credentials = credentials;
    this.loop = loop;
    this.socket = socket;
  }

  @Nullable Session session() {
    return session;
  }

  void text(ByteBuf message) {
    JsonObject frame = parse(message);
    if (frame == null || !(frame.getValue("event") instanceof String event)) {
      malformed(Refused.of(ErrorCode.INVALID, "frames are {id?, event, data}"));
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

  void binary() {
    malformed(
        Refused.of(
            ErrorCode.BINARY_REFUSED,
            "frames are JSON; binary payloads are relayed between Socket.IO clients only"));
  }

  private void malformed(Refused refused) {
    if (++malformed > MALFORMED_MAX) {
      socket.end(refused.code(), String.valueOf(refused.getMessage()));
    } else {
      socket.answer("null", Answers.refused(refused));
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
    return encoded.length() > ID_BYTES_MAX ? Reply.NONE : json -> socket.answer(encoded, json);
  }

  private void authenticate(String token, Reply reply) {
    socket.pause();
    credentials
        .ofToken(token)
        .onComplete(
            outcome -> {
              socket.resume();
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

  void begin(Caller caller, Reply reply) {
    try {
      Session open = sessions.open(loop, socket, caller);
      session = open;
      socket.begun();
      var _ = open.hearUser();
      reply.answer(open.welcome().encode());
      open.hearRelays();
    } catch (Refused refused) {
      reply.answer(Answers.refused(refused));
      socket.end(refused.code(), String.valueOf(refused.getMessage()));
    }
  }

  void close() {
    closed = true;
    Session open = session;
    if (open != null) {
      open.close();
    }
  }
}

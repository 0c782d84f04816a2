package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.engineio.EngineOptions;
import parley.gateway.bus.Refused;
import parley.gateway.room.Loop;
import parley.gateway.session.Answers;
import parley.gateway.session.Reply;
import parley.gateway.session.Session;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;
import parley.socketio.Ack;
import parley.socketio.ConnectPostponed;
import parley.socketio.ConnectRefused;
import parley.socketio.Event;
import parley.socketio.RawJson;
import parley.socketio.Socket;
import parley.socketio.SocketIoCounters;
import parley.socketio.SocketIoOptions;
import parley.socketio.SocketIoServer;

/**
 * Socket.IO clients: the one namespace {@code /}, let in by their tokens, their events made
 * requests.
 */
final class SocketIoDoor {
  private static final Duration RENEW_EVERY = Duration.ofSeconds(30);

  private final Loops loops;
  private final Sessions sessions;
  private final Credentials credentials;
  private final SocketIoServer server;

  SocketIoDoor(
      Vertx vertx,
      Loops loops,
      Sessions sessions,
      Credentials credentials,
      EngineOptions engine,
      SocketIoCounters counters,
      boolean recovery) {
    this.loops = loops;
    this.sessions = sessions;
    this.credentials = credentials;
    this.server =
        SocketIoServer.create(
            vertx,
            SocketIoOptions.builder()
                .engine(engine)
                .sessions(recovery ? new RecoveryStore(sessions) : null)
                .renewInterval(RENEW_EVERY)
                .counters(counters)
                .build());
    server
        .use(this::admit)
        .onConnection(this::connected)
        .onEvent(this::event)
        .onDrain(socket -> drained(SocketPeer.of(socket)))
        .onDisconnect((socket, reason) -> SocketPeer.of(socket).closeSession());
    // A Redis that was away may have forgotten sessions; each loop then writes its own anew.
    for (Loop loop : loops.all()) {
      loop.lane().onUp(() -> server.renewSessions((ContextInternal) loop.context()));
    }
  }

  SocketIoServer server() {
    return server;
  }

  boolean handles(HttpServerRequest request) {
    return server.handles(request);
  }

  private Future<Void> admit(Socket socket) {
    Loop loop = loops.of(socket.context());
    String address = credentials.address(socket.handshake());
    return credentials
        .ofSocket(loop, socket, address)
        .map(
            known -> {
              sessions.checkConnections(known.caller());
              socket.attach(
                  new SocketPeer(socket, loop, known.caller(), address, known.guestToken()));
              return (Void) null;
            })
        .recover(failure -> Future.failedFuture(refused(Answers.refusal(failure))));
  }

  /** Clients come back by themselves when their connection ends, but not once they are refused. */
  private static RuntimeException refused(Refused refused) {
    String why = String.valueOf(refused.getMessage());
    return switch (refused.code()) {
      case UNAVAILABLE, OVERLOADED, RATE_LIMITED -> new ConnectPostponed(why);
      default -> new ConnectRefused(why, Answers.error(refused));
    };
  }

  private void connected(Socket socket) {
    SocketPeer peer = SocketPeer.of(socket);
    socket.releaseHandshake();
    if (peer.session() == null) {
      try {
        Session session = sessions.open(peer.loop(), peer, peer.caller());
        peer.session(session);
        var _ = session.hearUser();
        welcomeGuest(socket, session, peer.guestToken());
        session.hearRelays();
      } catch (Refused refused) {
        peer.end(refused.code(), String.valueOf(refused.getMessage()));
      }
    }
  }

  /** Tells a guest who showed no token who they are. */
  private static void welcomeGuest(Socket socket, Session session, @Nullable String guestToken) {
    if (guestToken != null) {
      JsonObject welcome = session.welcome().put("token", guestToken);
      socket.emit("welcome", new RawJson(welcome.encode().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void drained(SocketPeer peer) {
    Session session = peer.session();
    if (session != null) {
      session.drained();
    }
  }

  private void event(Socket socket, Event event) {
    Session session = SocketPeer.of(socket).session();
    if (session == null) {
      return;
    }
    Reply reply = reply(event.ack());
    JsonObject data = data(event.args());
    if (data == null) {
      reply.answer(
          Answers.refused(
              Refused.of(ErrorCode.INVALID, "the event's argument must be one object")));
    } else {
      session.handle(event.name(), data, reply);
    }
  }

  private static @Nullable JsonObject data(JsonArray args) {
    return args.isEmpty()
        ? new JsonObject()
        : args.getValue(0) instanceof JsonObject object && args.size() == 1 ? object : null;
  }

  private static Reply reply(Ack ack) {
    return ack.isWanted()
        ? json -> ack.send(new RawJson(Buffer.buffer(json).getBytes()))
        : Reply.NONE;
  }
}

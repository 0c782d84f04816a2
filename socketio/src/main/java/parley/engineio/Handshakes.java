package parley.engineio;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Function;

/** Opens sessions: the first request of a client, over either transport. */
final class Handshakes {
  private final EngineServer server;
  private final EngineOptions options;
  private final Function<EngineSession, SessionListener> users;
  private volatile boolean draining;

  Handshakes(EngineServer server, Function<EngineSession, SessionListener> users) {
    this.server = server;
    this.options = server.options();
    this.users = users;
  }

  /** From now on nobody is let in. */
  void drain() {
    draining = true;
  }

  void begin(HttpServerRequest request, TransportKind kind, ContextInternal context) {
    if (!request.method().equals(HttpMethod.GET)) {
      server.refuse(request, ErrorReply.BAD_METHOD);
      return;
    }
    if (draining) {
      request.response().setStatusCode(503).putHeader("Retry-After", "1").end();
      return;
    }
    String sid = options.ids().next();
    if (options.cookie() != null) {
      request
          .response()
          .putHeader(
              "Set-Cookie", options.cookie() + "=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
    }
    switch (kind) {
      case POLLING -> {
        EngineSession session = newSession(request, sid, context, kind);
        session.send(openPacket(sid, kind));
        options.node().add(session);
        session.poll(new PollReply(request, context, options));
        begin(session);
      }
      case WEBSOCKET ->
          request
              .toWebSocket()
              .onSuccess(
                  socket -> {
                    EngineSession session = newSession(request, sid, context, kind);
                    WebSocketTransport transport = session.firstWebSocket();
                    transport.connection(server.adopt(socket, transport));
                    session.send(openPacket(sid, kind));
                    session.flush();
                    begin(session);
                  });
    }
  }

  private EngineSession newSession(
      HttpServerRequest request, String sid, ContextInternal context, TransportKind kind) {
    var session =
        new EngineSession(
            sid, server, context.unwrap(), server.loop(context), Handshake.of(request, kind));
    session.awaitEstablishment();
    return session;
  }

  private void begin(EngineSession session) {
    options.counters().opened(session.transport());
    session.context().dispatch(() -> session.start(users.apply(session)));
    if (draining) { // it began while everything else was being closed
      session.close(CloseReason.SERVER_SHUTTING_DOWN);
    }
  }

  private Outgoing openPacket(String sid, TransportKind kind) {
    boolean upgradable =
        kind == TransportKind.POLLING && options.transports().contains(TransportKind.WEBSOCKET);
    return Outgoing.packet(
        "0{\"sid\":\""
            + sid
            + "\",\"upgrades\":["
            + (upgradable ? "\"websocket\"" : "")
            + "],\"pingInterval\":"
            + options.pingInterval().toMillis()
            + ",\"pingTimeout\":"
            + options.pingTimeout().toMillis()
            + ",\"maxPayload\":"
            + options.payloadBytesMax()
            + "}");
  }
}

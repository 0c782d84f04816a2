package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.session.Caller;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;
import parley.websocket.FramedConnections;

/** {@code /ws}: upgrades requests and hands them to a {@link PlainSocket} each. */
final class PlainSockets {
  private final Vertx vertx;
  private final Loops loops;
  private final Sessions sessions;
  private final Credentials credentials;
  private final AllowedOrigins origins;
  private final FramedConnections connections;
  private final Clients clients;
  private final PlainSocket.Heartbeat heartbeat;
  private final AtomicLong made = new AtomicLong();
  private volatile boolean draining;

  PlainSockets(
      Vertx vertx,
      Loops loops,
      Sessions sessions,
      Credentials credentials,
      AllowedOrigins origins,
      FramedConnections connections,
      Clients clients,
      PlainSocket.Heartbeat heartbeat) {
    this.clients = clients;
    this.vertx = vertx;
    this.loops = loops;
    this.sessions = sessions;
    this.credentials = credentials;
    this.origins = origins;
    this.connections = connections;
    this.heartbeat = heartbeat;
  }

  void handle(HttpServerRequest request) {
    if (!request.canUpgradeToWebSocket()) {
      HttpAnswers.refuse(
          request.response(), Refused.of(ErrorCode.INVALID, "/ws speaks WebSocket only"));
    } else if (!origins.allows(request)) {
      HttpAnswers.refuse(
          request.response(),
          Refused.of(ErrorCode.ORIGIN_REFUSED, "pages of this origin may not connect"));
    } else if (draining) {
      HttpAnswers.refuse(
          request.response(), Refused.of(ErrorCode.UNAVAILABLE, "this node is going"));
    } else {
      String address = credentials.address(request);
      try {
        sessions.allowance().takeHandshake(address);
      } catch (Refused refused) {
        HttpAnswers.refuse(request.response(), refused);
        return;
      }
      request.pause();
      caller(request)
          .onComplete(
              known -> {
                request.resume();
                if (known.failed()) {
                  HttpAnswers.refuse(request.response(), known.cause());
                } else {
                  upgrade(request, address, known.result());
                }
              });
    }
  }

  private Future<@Nullable Caller> caller(HttpServerRequest request) {
    String token = credentials.token(request);
    return token == null ? Future.succeededFuture() : credentials.ofToken(token).map(c -> c);
  }

  private void upgrade(HttpServerRequest request, String address, @Nullable Caller caller) {
    var _ =
        request
            .toWebSocket()
            .onSuccess(
                socket -> {
                  var _ =
                      new PlainSocket(
                          sessions,
                          credentials,
                          clients,
                          loops.current(vertx),
                          "w" + made.incrementAndGet() + "@" + sessions.nodeId(),
                          address,
                          socket,
                          connections,
                          heartbeat,
                          caller);
                });
  }

  void drain() {
    draining = true;
  }
}

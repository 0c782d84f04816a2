package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import parley.engineio.ErrorReply;
import parley.gateway.bus.NodeAddress;

/**
 * A WebSocket that a client opened here for a session of another node: the handshake is passed on
 * and answered there, and then bytes go both ways unread, each side waiting for the other.
 */
final class Tunnel {
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);

  private final Owners owners;
  private final NodeAddress node;

  Tunnel(Owners owners, NodeAddress node) {
    this.owners = owners;
    this.node = node;
  }

  /** Takes over a paused request. */
  void open(HttpServerRequest request) {
    owners
        .request(node, HttpMethod.GET, PassedOnPolls.path(request))
        .compose(outgoing -> handshake(request, outgoing))
        .onSuccess(answer -> answered(request, answer))
        .onFailure(failure -> ErrorReply.UNKNOWN_SID.send(request));
  }

  private static Future<HttpClientResponse> handshake(
      HttpServerRequest request, HttpClientRequest outgoing) {
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.regionMatches(true, 0, "sec-websocket-", 0, "sec-websocket-".length())
                  || name.equalsIgnoreCase("user-agent")) {
                outgoing.putHeader(name, value);
              }
            });
    return outgoing
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
        .putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET)
        .connect()
        .timeout(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> outgoing.reset());
  }

  private static void answered(HttpServerRequest request, HttpClientResponse answer) {
    HttpServerResponse response = request.response();
    if (answer.statusCode() != 101) {
      ErrorReply.BAD_REQUEST.send(request); // the client goes on polling
      return;
    }
    answer
        .headers()
        .forEach(
            (name, value) -> {
              if (name.regionMatches(true, 0, "sec-websocket-", 0, "sec-websocket-".length())) {
                response.putHeader(name, value);
              }
            });
    response
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
        .putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
    NetSocket owner = answer.netSocket();
    owner.pause();
    request.toNetSocket().onSuccess(client -> join(client, owner)).onFailure(gone -> owner.close());
  }

  private static void join(NetSocket client, NetSocket owner) {
    client.pipeTo(owner).onFailure(broken -> client.close());
    owner.pipeTo(client).onFailure(broken -> owner.close());
  }
}

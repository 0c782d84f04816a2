package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.engineio.ErrorReply;
import parley.engineio.ForeignSids;
import parley.gateway.bus.Bus;
import parley.gateway.bus.NodeAddress;
import parley.gateway.session.Bodies;

/**
 * Requests of polling sessions that live on another node: passed on to it once, over its internal
 * port. Where that does not answer in time the session counts as unknown, and the client opens a
 * new one and is recovered.
 */
final class PassedOnPolls implements ForeignSids {
  static final String PATH = "/internal/poll";
  private static final int CONNECTIONS_MAX = 2_000;
  private static final int WAITING_MAX = 2_000;
  private static final int BODY_BYTES_MAX = 1_000_000;
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
  private static final Duration POST_ANSWERED_WITHIN = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Bus bus;
  private final String clusterSecret;
  private final HttpClient http;
  private final Duration pollAnsweredWithin;

  /**
   * @param pingInterval a living node answers a poll with a ping at the latest
   */
  PassedOnPolls(Vertx vertx, Bus bus, String clusterSecret, Duration pingInterval) {
    this.vertx = vertx;
    this.bus = bus;
    this.clusterSecret = clusterSecret;
    this.pollAnsweredWithin = pingInterval.plus(POST_ANSWERED_WITHIN);
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout((int) CONNECT_WITHIN.toMillis()),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
  }

  @Override
  public void handle(HttpServerRequest request, String sid) {
    int dot = sid.indexOf('.');
    boolean post = request.method().equals(HttpMethod.POST);
    if (dot <= 0
        || request.canUpgradeToWebSocket()
        || !(post || request.method().equals(HttpMethod.GET))) {
      // The upgrade needs the node itself; a client that is refused it goes on polling.
      ErrorReply.BAD_REQUEST.send(request);
      return;
    }
    request.pause();
    Promise<@Nullable NodeAddress> owner = ((ContextInternal) vertx.getOrCreateContext()).promise();
    bus.node(sid.substring(0, dot)).onComplete(owner);
    owner
        .future()
        .onFailure(failure -> ErrorReply.UNKNOWN_SID.send(request))
        .onSuccess(
            node -> {
              if (node == null) {
                ErrorReply.UNKNOWN_SID.send(request);
              } else if (post) {
                Bodies.read(request, BODY_BYTES_MAX)
                    .onSuccess(body -> pass(request, node, body))
                    .onFailure(failure -> request.response().setStatusCode(413).end());
              } else {
                request.resume();
                pass(request, node, null);
              }
            });
  }

  private void pass(HttpServerRequest request, NodeAddress node, @Nullable Buffer body) {
    HttpServerResponse response = request.response();
    http.request(to(request, node, body != null))
        .compose(
            outgoing -> {
              // A client that gave up must not leave a poll behind that swallows what comes next.
              response.closeHandler(gone -> outgoing.reset());
              outgoing.putHeader("parley-cluster", clusterSecret);
              copy(request, HttpHeaders.CONTENT_TYPE, outgoing.headers()::set);
              copy(request, HttpHeaders.ACCEPT_ENCODING, outgoing.headers()::set);
              Future<HttpClientResponse> sent =
                  body == null ? outgoing.send() : outgoing.send(body);
              return sent.compose(answer -> answer(answer, response));
            })
        .onFailure(
            failure -> {
              if (!response.headWritten()) {
                ErrorReply.UNKNOWN_SID.send(request);
              } else {
                response.reset();
              }
            });
  }

  private RequestOptions to(HttpServerRequest request, NodeAddress node, boolean post) {
    int colon = node.address().lastIndexOf(':');
    Duration within = post ? POST_ANSWERED_WITHIN : pollAnsweredWithin;
    String query = request.query();
    return new RequestOptions()
        .setMethod(request.method())
        .setHost(node.address().substring(0, colon))
        .setPort(Integer.parseInt(node.address().substring(colon + 1)))
        .setURI(PATH + (query == null ? "" : "?" + query))
        .setTimeout(within.toMillis())
        .setIdleTimeout(within.toMillis());
  }

  private static Future<Void> answer(HttpClientResponse from, HttpServerResponse to) {
    to.setStatusCode(from.statusCode());
    for (CharSequence name :
        new CharSequence[] {
          HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING, HttpHeaders.CACHE_CONTROL
        }) {
      String value = from.getHeader(name);
      if (value != null) {
        to.putHeader(name, value);
      }
    }
    String length = from.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      to.setChunked(true);
    } else {
      to.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    }
    return from.pipeTo(to);
  }

  private interface HeaderSetter {
    Object set(CharSequence name, CharSequence value);
  }

  private static void copy(HttpServerRequest from, CharSequence name, HeaderSetter to) {
    String value = from.getHeader(name);
    if (value != null) {
      to.set(name, value);
    }
  }

  Future<Void> close() {
    return http.close();
  }
}

package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.engineio.EngineCounters;
import parley.engineio.ErrorReply;
import parley.engineio.ForeignSids;
import parley.engineio.Refusal;
import parley.gateway.bus.NodeAddress;
import parley.gateway.session.Bodies;

/**
 * Requests of polling sessions that live on another node: passed on to it once, over its internal
 * port; and the WebSocket that such a session moves to, whose bytes go through here from then on.
 * Where the node does not answer in time the session counts as unknown, and the client opens a new
 * one and is recovered.
 */
final class PassedOnPolls implements ForeignSids {
  static final String PATH = "/internal/poll";
  private static final int BODY_BYTES_MAX = 1_000_000;
  private static final Duration BODY_WITHIN = Duration.ofSeconds(10);
  private static final Duration POST_ANSWERED_WITHIN = Duration.ofSeconds(5);
  private static final List<CharSequence> ASKED =
      List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.ACCEPT_ENCODING);
  private static final List<CharSequence> ANSWERED =
      List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING, HttpHeaders.CACHE_CONTROL);

  private final Vertx vertx;
  private final Owners owners;
  private final EngineCounters counters;
  private final Duration pollAnsweredWithin;

  /**
   * @param pingInterval a living node answers a poll with a ping at the latest
   */
  PassedOnPolls(Vertx vertx, Owners owners, EngineCounters counters, Duration pingInterval) {
    this.vertx = vertx;
    this.owners = owners;
    this.counters = counters;
    this.pollAnsweredWithin = pingInterval.plus(POST_ANSWERED_WITHIN);
  }

  @Override
  public void handle(HttpServerRequest request, String sid) {
    boolean upgrade = request.canUpgradeToWebSocket();
    boolean post = request.method().equals(HttpMethod.POST);
    if (PATH.equals(request.path())) {
      // It was passed on once: to the successor of a dead node at the same address, perhaps itself.
      refuse(request, ErrorReply.UNKNOWN_SID);
      return;
    }
    if (!post && !request.method().equals(HttpMethod.GET)) {
      refuse(request, ErrorReply.BAD_REQUEST);
      return;
    }
    request.pause();
    Promise<@Nullable NodeAddress> owner = ((ContextInternal) vertx.getOrCreateContext()).promise();
    owners.of(sid).onComplete(owner);
    owner
        .future()
        .onFailure(failure -> refuse(request, ErrorReply.UNKNOWN_SID))
        .onSuccess(
            node -> {
              if (node == null) {
                refuse(request, ErrorReply.UNKNOWN_SID);
              } else if (upgrade) {
                new Tunnel(owners, node).open(request);
              } else if (post) {
                Bodies.read(request, BODY_BYTES_MAX)
                    .timeout(BODY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .onSuccess(body -> pass(request, node, body))
                    .onFailure(failure -> cut(request, failure));
              } else {
                request.resume();
                pass(request, node, null);
              }
            });
  }

  private void pass(HttpServerRequest request, NodeAddress node, @Nullable Buffer body) {
    HttpServerResponse response = request.response();
    Duration within = body == null ? pollAnsweredWithin : POST_ANSWERED_WITHIN;
    owners
        .request(node, request.method(), path(request))
        .compose(
            outgoing -> {
              // A client that gave up must not leave a poll behind that swallows what comes next.
              response.closeHandler(gone -> outgoing.reset());
              outgoing.idleTimeout(within.toMillis());
              copy(request, outgoing);
              Future<HttpClientResponse> sent =
                  body == null ? outgoing.send() : outgoing.send(body);
              return owners
                  .answer(node, outgoing, sent)
                  .compose(answer -> answer(answer, response));
            })
        .onFailure(
            failure -> {
              if (!response.headWritten()) {
                refuse(request, ErrorReply.UNKNOWN_SID);
              } else {
                response.reset();
              }
            });
  }

  private void refuse(HttpServerRequest request, ErrorReply error) {
    counters.refused(error.refusal());
    error.send(request);
  }

  /** Of a body that is too long or does not arrive more may still be coming. */
  private void cut(HttpServerRequest request, Throwable failure) {
    boolean late = failure instanceof TimeoutException;
    counters.refused(late ? Refusal.SLOW_BODY : Refusal.PAYLOAD_TOO_LARGE);
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE).setStatusCode(late ? 408 : 413);
      response.end().onComplete(done -> request.connection().close());
    }
  }

  static String path(HttpServerRequest request) {
    String query = request.query();
    return PATH + (query == null ? "" : "?" + query);
  }

  private static void copy(HttpServerRequest from, HttpClientRequest to) {
    for (CharSequence name : ASKED) {
      String value = from.getHeader(name);
      if (value != null) {
        to.putHeader(name, value);
      }
    }
  }

  private static Future<Void> answer(HttpClientResponse from, HttpServerResponse to) {
    to.setStatusCode(from.statusCode());
    for (CharSequence name : ANSWERED) {
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
}

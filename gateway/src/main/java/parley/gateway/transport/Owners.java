package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Bus;
import parley.gateway.bus.NodeAddress;

/**
 * The other nodes, as those ask them who hold a request for one of their sessions. A poll waits
 * long even at a node that is well; so while some wait, the node is asked whether it lives, and
 * when it stands still they wait no longer. Safe from several threads.
 */
final class Owners {
  /** Answered by every node, on its internal port. */
  static final String ALIVE = "/internal/alive";

  static final String SECRET_HEADER = "parley-cluster";
  private static final int CONNECTIONS_MAX = 2_000;
  private static final int WAITING_MAX = 2_000;
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
  private static final Duration ASK_EVERY = Duration.ofSeconds(1);

  /** A node that does not answer a question as simple as that stands still. */
  private static final Duration ALIVE_WITHIN = Duration.ofSeconds(4);

  private final Vertx vertx;
  private final Bus bus;
  private final String clusterSecret;
  private final HttpClient http;
  private final Map<NodeAddress, Set<Promise<Void>>> waiting = new ConcurrentHashMap<>();
  private final Set<NodeAddress> asked = ConcurrentHashMap.newKeySet();
  private final long timer;

  Owners(Vertx vertx, Bus bus, String clusterSecret) {
    this.vertx = vertx;
    this.bus = bus;
    this.clusterSecret = clusterSecret;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout((int) CONNECT_WITHIN.toMillis()),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
    this.timer =
        vertx.setPeriodic(ASK_EVERY.toMillis(), tick -> waiting.keySet().forEach(this::ask));
  }

  /** The node that a session's id names, if it is registered. */
  Future<@Nullable NodeAddress> of(String sid) {
    int dot = sid.indexOf('.');
    return dot <= 0 ? Future.succeededFuture() : bus.node(sid.substring(0, dot));
  }

  Future<HttpClientRequest> request(NodeAddress node, HttpMethod method, String path) {
    int colon = node.address().lastIndexOf(':');
    return http.request(
            new RequestOptions()
                .setMethod(method)
                .setHost(node.address().substring(0, colon))
                .setPort(Integer.parseInt(node.address().substring(colon + 1)))
                .setURI(path)
                .setTimeout(CONNECT_WITHIN.toMillis()))
        .onSuccess(request -> request.putHeader(SECRET_HEADER, clusterSecret));
  }

  /** The answer to a request, or a failure once its node is found to stand still. */
  Future<HttpClientResponse> answer(
      NodeAddress node, HttpClientRequest request, Future<HttpClientResponse> sent) {
    Promise<Void> stands = Promise.promise();
    waiting.compute(
        node,
        (key, others) -> {
          Set<Promise<Void>> all = others == null ? ConcurrentHashMap.newKeySet() : others;
          all.add(stands);
          return all;
        });
    stands.future().onSuccess(still -> request.reset());
    return sent.onComplete(
        answered ->
            waiting.computeIfPresent(
                node,
                (key, others) -> {
                  others.remove(stands);
                  return others.isEmpty() ? null : others;
                }));
  }

  private void ask(NodeAddress node) {
    if (asked.add(node)) {
      request(node, HttpMethod.GET, ALIVE)
          .compose(HttpClientRequest::send)
          .timeout(ALIVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
          .onFailure(still -> waiting.getOrDefault(node, Set.of()).forEach(Promise::tryComplete))
          .onComplete(done -> asked.remove(node));
    }
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    return http.close();
  }
}

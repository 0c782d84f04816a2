package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;

/**
 * Asks one of a service's replicas: the one that answered last, else the next of the list. A
 * request that may have been carried out is not repeated elsewhere unless repeating it is harmless.
 */
public final class ServiceClient {
  private static final int CONNECTIONS_MAX = 64;
  private static final int WAITING_MAX = 1_000;
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);
  private static final Duration IDLE_CONNECTION = Duration.ofSeconds(30);

  private final String name;
  private final List<URI> addresses;
  private final HttpClient http;
  private final AtomicInteger preferred = new AtomicInteger();

  public ServiceClient(Vertx vertx, String name, List<URI> addresses) {
    this.name = name;
    this.addresses = List.copyOf(addresses);
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) CONNECT_WITHIN.toMillis())
                .setKeepAliveTimeout((int) IDLE_CONNECTION.toSeconds()),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
  }

  /**
   * The answer, whose body is paused and must be read. Fails with {@code unavailable} when nobody
   * answers.
   */
  public Future<HttpClientResponse> send(
      HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body) {
    return attempt(new Ask(method, uri, headers, body), preferred.get(), addresses.size());
  }

  public Future<Void> close() {
    return http.close();
  }

  private Future<HttpClientResponse> attempt(Ask ask, int index, int left) {
    URI address = addresses.get(Math.floorMod(index, addresses.size()));
    return http.request(ask.to(address))
        .recover(failure -> Future.failedFuture(new NotSent(failure)))
        .compose(request -> exchange(request, ask))
        .recover(
            failure -> {
              preferred.compareAndSet(index, index + 1);
              boolean harmless = failure instanceof NotSent || ask.isRepeatable();
              return left > 1 && harmless
                  ? attempt(ask, index + 1, left - 1)
                  : Future.failedFuture(
                      Refused.of(ErrorCode.UNAVAILABLE, name + " does not answer at present"));
            });
  }

  private static Future<HttpClientResponse> exchange(HttpClientRequest request, Ask ask) {
    request.headers().addAll(ask.headers());
    Buffer body = ask.body();
    Future<HttpClientResponse> answer = body == null ? request.send() : request.send(body);
    return answer.map(
        response -> {
          response.pause();
          return response;
        });
  }

  private record Ask(HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body) {
    RequestOptions to(URI address) {
      return new RequestOptions()
          .setMethod(method)
          .setHost(address.getHost())
          .setPort(address.getPort() < 0 ? 80 : address.getPort())
          .setURI(uri)
          .setTimeout(ANSWER_WITHIN.toMillis())
          .setIdleTimeout(ANSWER_WITHIN.toMillis());
    }

    boolean isRepeatable() {
      return method.equals(HttpMethod.GET)
          || method.equals(HttpMethod.HEAD)
          || method.equals(HttpMethod.PUT)
          || method.equals(HttpMethod.DELETE);
    }
  }

  private static final class NotSent extends RuntimeException {
    NotSent(Throwable cause) {
      super(null, cause, false, false);
    }
  }
}

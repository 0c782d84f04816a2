package parley.chassis.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys that somebody else publishes and changes. Read at the start, every few minutes, and
 * when a token names an unknown key, then at a bounded rate; those who ask meanwhile wait for the
 * same answer. While the set cannot be read the last one stays in use.
 */
final class KeySet {

  private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
  private static final Duration READ_WITHIN = Duration.ofSeconds(5);
  private static final Duration READ_EVERY = Duration.ofMinutes(5);
  private static final int BYTES_MAX = 256 * 1024;
  private static final int KEYS_MAX = 100;

  private final Vertx vertx;
  private final URI address;
  private final Duration betweenReads;
  private final Runnable onChange;
  private final HttpClient client;
  private final long timer;
  private volatile List<TrustedKey> keys = List.of();
  private final Context context;
  private @Nullable Future<Void> reading;
  private long lastReadAt;
  private boolean everRead;

  KeySet(Vertx vertx, URI address, Duration betweenReads, Runnable onChange) {
    this.vertx = vertx;
    this.address = address;
    this.betweenReads = betweenReads;
    this.onChange = onChange;
    this.context = vertx.getOrCreateContext();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(READ_WITHIN.toMillis()))
                .setMaxInitialLineLength(4096));
    this.timer = vertx.setPeriodic(READ_EVERY.toMillis(), ignored -> refresh());
  }

  List<TrustedKey> keys() {
    return keys;
  }

  /** Reads the set again unless that was done a moment ago; never fails. */
  synchronized Future<Void> refresh() {
    if (reading != null) {
      return reading;
    }
    long now = System.nanoTime();
    if (everRead && now - lastReadAt < betweenReads.toNanos()) {
      return Future.succeededFuture();
    }
    everRead = true;
    lastReadAt = now;
    Future<Void> run =
        onOwnContext(this::read)
            .onSuccess(this::take)
            .onFailure(
                e -> LOG.warn("the key set at {} cannot be read: {}", address, e.getMessage()))
            .transform(ignored -> Future.succeededFuture());
    reading = run;
    run.onComplete(ignored -> done());
    return run;
  }

  private synchronized void done() {
    reading = null;
  }

  private void take(List<TrustedKey> read) {
    keys = read;
    onChange.run();
  }

  /** From a foreign thread a fast answer's body would be over before anybody listens to it. */
  private <T> Future<T> onOwnContext(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(ignored -> action.get().onComplete(promise));
    return promise.future();
  }

  private Future<List<TrustedKey>> read() {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(address.toString())
            .setTimeout(READ_WITHIN.toMillis());
    return client
        .request(options)
        .compose(request -> request.send())
        .compose(
            response -> {
              if (response.statusCode() != 200) {
                response.request().reset();
                return Future.failedFuture("status " + response.statusCode());
              }
              return BoundedBody.read(response, BYTES_MAX);
            })
        .timeout(READ_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .map(body -> parse(body.toString()));
  }

  private static List<TrustedKey> parse(String json) {
    try {
      List<JWK> all = JWKSet.parse(json).getKeys();
      return all.stream().limit(KEYS_MAX).flatMap(jwk -> TrustedKey.of(jwk).stream()).toList();
    } catch (ParseException e) {
      throw new IllegalArgumentException("it is no JWK set", e);
    }
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    return client.close();
  }
}

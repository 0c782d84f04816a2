package parley.chassis.health;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service is ready: named checks, each of them bounded in time. Answers are reused for a
 * moment, so that many who ask cost no more than one.
 */
public final class Health {

  private static final Duration CHECK_WITHIN = Duration.ofSeconds(2);
  private static final Duration REUSED_FOR = Duration.ofMillis(250);
  private static final int UNAVAILABLE = 503;

  /** What was found; {@code failing} names the checks that failed and why. */
  public record Readiness(Map<String, String> failing) {

    public boolean ready() {
      return failing.isEmpty();
    }

    public JsonObject json() {
      JsonObject json = new JsonObject().put("ready", ready());
      if (!ready()) {
        json.put("failing", new JsonObject(new LinkedHashMap<>(failing)));
      }
      return json;
    }
  }

  private final Map<String, Supplier<? extends Future<?>>> checks = new LinkedHashMap<>();
  private @Nullable Future<Readiness> latest;
  private long latestAt;
  private volatile @Nullable String drainingBecause;

  /** Ready only while the future of this check succeeds; its failure's message is the reason. */
  public synchronized Health check(String name, Supplier<? extends Future<?>> check) {
    checks.put(name, check);
    return this;
  }

  /** From now on not ready, whatever the checks say: the service is about to stop. */
  public void draining(String why) {
    drainingBecause = why;
  }

  public Future<Readiness> readiness() {
    String why = drainingBecause;
    if (why != null) {
      return Future.succeededFuture(new Readiness(Map.of("draining", why)));
    }
    synchronized (this) {
      long now = System.nanoTime();
      Future<Readiness> known = latest;
      if (known == null || now - latestAt > REUSED_FOR.toNanos()) {
        known = runChecks();
        latest = known;
        latestAt = now;
      }
      return known;
    }
  }

  private Future<Readiness> runChecks() {
    Map<String, String> failing = new TreeMap<>();
    List<Future<?>> all = new ArrayList<>();
    checks.forEach(
        (name, check) ->
            all.add(
                bounded(check)
                    .onFailure(
                        e -> {
                          synchronized (failing) {
                            failing.put(name, reason(e));
                          }
                        })));
    return Future.join(all)
        .transform(
            ignored -> {
              synchronized (failing) {
                return Future.succeededFuture(new Readiness(Map.copyOf(failing)));
              }
            });
  }

  private static Future<?> bounded(Supplier<? extends Future<?>> check) {
    CompletableFuture<Boolean> limited = new CompletableFuture<>();
    limited.orTimeout(CHECK_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    try {
      check
          .get()
          .onSuccess(ignored -> limited.complete(true))
          .onFailure(limited::completeExceptionally);
    } catch (RuntimeException e) {
      limited.completeExceptionally(e);
    }
    return Future.fromCompletionStage(limited);
  }

  private static String reason(Throwable e) {
    if (e instanceof java.util.concurrent.TimeoutException) {
      return "no answer within " + CHECK_WITHIN.toSeconds() + " s";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Answers {@code /health/ready}: 200, or 503 with the names of what fails. */
  public Handler<HttpServerRequest> readyHandler() {
    return request ->
        readiness()
            .onSuccess(
                found ->
                    request
                        .response()
                        .setStatusCode(found.ready() ? 200 : UNAVAILABLE)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end(found.json().encode()));
  }
}

package parley.chassis.health;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.chassis.lifecycle.Part;
import parley.chassis.metrics.Metrics;

/** The operations port: {@code /health/live}, {@code /health/ready} and {@code /metrics}. */
public final class OpsServer implements Part {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final int IDLE_SECONDS = 60;
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private final Vertx vertx;
  private final String host;
  private final int wantedPort;
  private final Health health;
  private final Metrics metrics;
  private @Nullable HttpServer server;

  public OpsServer(Vertx vertx, String host, int port, Health health, Metrics metrics) {
    this.vertx = vertx;
    this.host = host;
    this.wantedPort = port;
    this.health = health;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "operations port";
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(wantedPort)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::answer)
        .listen()
        .recover(
            e ->
                Future.failedFuture(
                    "port %d on %s cannot be had (%s); set PARLEY_OPS_PORT to another one"
                        .formatted(wantedPort, host, e.getMessage())))
        .onSuccess(listening -> server = listening);
  }

  /** The port that it listens on; only after the start. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("the operations port is not open");
    }
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.close();
  }

  private void answer(HttpServerRequest request) {
    if (!READING.contains(request.method())) {
      request.response().setStatusCode(405).end();
      return;
    }
    switch (request.path()) {
      case "/health/live" -> json(request, "{\"alive\":true}");
      case "/health/ready" -> health.readyHandler().handle(request);
      case "/metrics" -> metrics(request);
      case null, default -> request.response().setStatusCode(404).end();
    }
  }

  private static void json(HttpServerRequest request, String body) {
    request.response().putHeader("Content-Type", "application/json").end(body);
  }

  /** Off the event loop: writing thousands of lines takes milliseconds. */
  private void metrics(HttpServerRequest request) {
    vertx
        .executeBlocking(metrics::scrape, false)
        .onSuccess(text -> request.response().putHeader("Content-Type", PROMETHEUS_TEXT).end(text))
        .onFailure(e -> request.response().setStatusCode(500).end());
  }
}

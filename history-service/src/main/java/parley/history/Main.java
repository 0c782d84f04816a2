package parley.history;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.Settings;
import parley.chassis.health.Health;
import parley.chassis.health.OpsServer;
import parley.chassis.lifecycle.Lifecycle;
import parley.chassis.lifecycle.ServiceMain;
import parley.chassis.log.Logging;
import parley.chassis.metrics.Metrics;

/** Starts the service from its environment. */
public final class Main {
  private static final Duration STOP_MAX = Duration.ofSeconds(15);

  private Main() {}

  public static void main(String[] arguments) {
    ServiceMain.run(Main::service, STOP_MAX);
  }

  private static Lifecycle service() {
    HistorySettings settings = Settings.read(HistorySettings.class, System.getenv());
    Logging.setUp(settings.common().log(), settings.common().logLevel());
    Metrics metrics = new Metrics();
    Vertx vertx = metrics.vertx(new VertxOptions()).build();
    AtomicReference<@Nullable HistoryService> service = new AtomicReference<>();
    Health health =
        new Health().check("history", () -> Objects.requireNonNull(service.get()).ready());
    return Lifecycle.on(vertx, "history-service")
        .add(
            "history-service",
            STOP_MAX,
            () -> HistoryService.start(vertx, settings, metrics.registry()).onSuccess(service::set),
            () -> Objects.requireNonNull(service.get()).stop())
        .add(
            new OpsServer(
                vertx, settings.common().host(), settings.common().opsPort(), health, metrics));
  }
}

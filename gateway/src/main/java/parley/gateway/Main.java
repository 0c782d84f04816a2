package parley.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import parley.chassis.config.Settings;
import parley.chassis.health.OpsServer;
import parley.chassis.lifecycle.Lifecycle;
import parley.chassis.lifecycle.ServiceMain;
import parley.chassis.log.Logging;
import parley.chassis.metrics.Metrics;

/** Starts a gateway from its environment. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    GatewaySettings settings;
    try {
      settings = Settings.read(GatewaySettings.class, System.getenv());
    } catch (RuntimeException e) {
      ServiceMain.fail(String.valueOf(e.getMessage()));
      return;
    }
    Logging.setUp(settings.common().log(), settings.common().logLevel());
    ServiceMain.run(() -> service(settings), settings.common().stopWithin());
  }

  private static Lifecycle service(GatewaySettings settings) {
    Metrics metrics = new Metrics();
    Vertx vertx = metrics.vertx(new VertxOptions().setPreferNativeTransport(true)).build();
    AtomicReference<Gateway> gateway = new AtomicReference<>();
    Duration stopWithin =
        settings.transport().drainWindow().plus(settings.common().stopWithin().dividedBy(2));
    return Lifecycle.on(vertx, "gateway")
        .add(
            "gateway",
            stopWithin,
            () -> Gateway.start(vertx, settings, metrics).onSuccess(gateway::set),
            () -> started(gateway).stop())
        .add(
            new DeferredOps(
                () ->
                    new OpsServer(
                        vertx,
                        settings.common().host(),
                        settings.common().opsPort(),
                        started(gateway).health(),
                        metrics)));
  }

  private static Gateway started(AtomicReference<Gateway> gateway) {
    Gateway running = gateway.get();
    if (running == null) {
      throw new IllegalStateException("the gateway has not started");
    }
    return running;
  }
}

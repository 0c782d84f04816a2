package parley.local;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.chassis.health.Health;
import parley.chassis.health.OpsServer;
import parley.chassis.metrics.Metrics;

/**
 * The operations ports of a local system: one of each gateway, and one of the services, which share
 * what they measure. Free ports, or a row of them from the one that was asked for.
 */
final class Operations {
  private static final String HOST = "127.0.0.1";
  private static final int START_SECONDS = 10;

  private final Vertx vertx;
  private final int first;
  private final List<OpsServer> open = new ArrayList<>();

  /**
   * @param first 0 for any free ports
   */
  Operations(Vertx vertx, int first) {
    this.vertx = vertx;
    this.first = first;
  }

  /** Opens the next port, and gives the address of what is measured. */
  String open(Health health, Metrics metrics) {
    int port = first == 0 ? 0 : first + open.size();
    OpsServer server = new OpsServer(vertx, HOST, port, health, metrics);
    try {
      server.start().await(START_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new Refusal("The operations port does not open: " + e.getMessage() + ".");
    }
    open.add(server);
    return "http://" + HOST + ":" + server.port() + "/metrics";
  }
}

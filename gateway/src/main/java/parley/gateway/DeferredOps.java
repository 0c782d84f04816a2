package parley.gateway;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.chassis.health.OpsServer;
import parley.chassis.lifecycle.Part;

/** The operations port of a gateway that is made only when this starts. */
final class DeferredOps implements Part {
  private final Supplier<OpsServer> maker;
  private @Nullable OpsServer server;

  DeferredOps(Supplier<OpsServer> maker) {
    this.maker = maker;
  }

  @Override
  public String name() {
    return "operations port";
  }

  @Override
  public Future<?> start() {
    OpsServer made = maker.get();
    server = made;
    return made.start();
  }

  @Override
  public Future<?> stop() {
    OpsServer made = server;
    return made == null ? Future.succeededFuture() : made.stop();
  }
}

package parley.chat;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;

/**
 * chat-service as a whole: rooms, people, moderation, the opening of shards. Any number may run.
 */
public final class ChatService {
  private final Vertx vertx;
  private final String deployment;
  private final Wiring wiring;

  private ChatService(Vertx vertx, String deployment, Wiring wiring) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.wiring = wiring;
  }

  /** Everything runs on virtual threads, so that an opening reads as the sequence that it is. */
  public static Future<ChatService> start(
      Vertx vertx, ChatSettings settings, MeterRegistry registry) {
    Wiring wiring = new Wiring(settings, registry);
    return vertx
        .deployVerticle(
            wiring, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .map(deployment -> new ChatService(vertx, deployment, wiring));
  }

  public Future<Void> stop() {
    return vertx.undeploy(deployment);
  }

  /** Succeeds while Postgres answers and Redis is connected. */
  public Future<?> ready() {
    return wiring.ready();
  }

  public int port() {
    return wiring.port();
  }
}

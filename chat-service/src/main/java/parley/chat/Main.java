package parley.chat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.Settings;
import parley.chassis.lifecycle.Lifecycle;
import parley.chassis.lifecycle.ServiceMain;

/** Starts the service from its environment. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    ChatSettings settings = Settings.read(ChatSettings.class, System.getenv());
    Vertx vertx = Vertx.vertx();
    AtomicReference<@Nullable ChatService> service = new AtomicReference<>();
    ServiceMain.run(
        () ->
            new Lifecycle("chat-service")
                .add(
                    "chat-service",
                    Duration.ofSeconds(20),
                    () ->
                        ChatService.start(vertx, settings, new SimpleMeterRegistry())
                            .onSuccess(service::set),
                    () ->
                        Objects.requireNonNull(service.get())
                            .stop()
                            .compose(done -> closed(vertx))),
        settings.common().stopWithin());
  }

  private static Future<Void> closed(Vertx vertx) {
    return vertx.close();
  }
}

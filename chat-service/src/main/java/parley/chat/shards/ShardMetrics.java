package parley.chat.shards;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted about opening and healing. */
public final class ShardMetrics {
  private final Counter opened;
  private final Counter healed;
  private final Counter tailsMissed;
  private final Counter loaded;

  public ShardMetrics(MeterRegistry registry) {
    opened =
        Counter.builder("parley.shards.opened")
            .description("Shards opened under a new epoch")
            .register(registry);
    healed =
        Counter.builder("parley.events.healed")
            .description("Events put back that Redis had lost")
            .register(registry);
    tailsMissed =
        Counter.builder("parley.tails.missed")
            .description("Healings for which a gateway told no tail")
            .register(registry);
    loaded =
        Counter.builder("parley.rooms.loaded")
            .description("Rooms loaded into Redis")
            .register(registry);
  }

  void opened() {
    opened.increment();
  }

  void healed(int events) {
    healed.increment(events);
  }

  void tailMissed() {
    tailsMissed.increment();
  }

  public void loaded() {
    loaded.increment();
  }
}

package parley.chat.shards;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import parley.chat.metrics.ChatMeasures;

/** What is counted about opening and healing. */
public final class ShardMetrics {
  private final Counter opened;
  private final Counter healed;
  private final Counter tailsMissed;
  private final Counter loaded;

  public ShardMetrics(MeterRegistry registry) {
    opened = ChatMeasures.SHARDS_OPENED.in(registry);
    healed = ChatMeasures.EVENTS_HEALED.in(registry);
    tailsMissed = ChatMeasures.TAILS_MISSED.in(registry);
    loaded = ChatMeasures.ROOMS_LOADED.in(registry);
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

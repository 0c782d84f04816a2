package parley.gateway.room;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of rooms; the labels are enums, so their number is bounded. */
final class RoomMeters {
  private final Timer fanOut;
  private final Timer delivery;
  private final LongAdder deliveries = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final AtomicInteger lagging = new AtomicInteger();
  private final Map<Page.Source, Counter> repaired = new EnumMap<>(Page.Source.class);
  private final Map<Page.Source, Counter> resumed = new EnumMap<>(Page.Source.class);
  private final Counter told;
  private final Counter withdrawn;
  private final Counter unreadable;

  RoomMeters(MeterRegistry registry) {
    fanOut =
        timer(
            registry,
            "parley.fanout",
            "From an event's arrival at the node until it was flushed to a loop's members");
    delivery =
        timer(
            registry,
            "parley.delivery",
            "From an event's append until it was flushed to a loop's members");
    registry.more().counter("parley.deliveries", List.of(), deliveries);
    registry.more().counter("parley.ephemerals.skipped", List.of(), skipped);
    registry.gauge("parley.sessions.lagging", lagging);
    for (Page.Source source : Page.Source.values()) {
      String label = source.name().toLowerCase(Locale.ROOT);
      repaired.put(source, registry.counter("parley.gaps.repaired", "source", label));
      resumed.put(source, registry.counter("parley.resumes", "source", label));
    }
    told = registry.counter("parley.gaps.told");
    withdrawn = registry.counter("parley.events.withdrawn");
    unreadable = registry.counter("parley.events.unreadable");
  }

  private static Timer timer(MeterRegistry registry, String name, String means) {
    return Timer.builder(name)
        .description(means)
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(100))
        .register(registry);
  }

  /**
   * Once in a turn of a loop, for the oldest event in it.
   *
   * @param nanos since it came to the node
   * @param ms since it was appended, by two machines' clocks
   */
  void fanOut(long nanos, long ms) {
    fanOut.record(nanos, TimeUnit.NANOSECONDS);
    delivery.record(Math.max(0, ms), TimeUnit.MILLISECONDS);
  }

  /** What a loop did in a turn. */
  void add(long moreDeliveries, long moreSkipped) {
    if (moreDeliveries > 0) {
      deliveries.add(moreDeliveries);
    }
    if (moreSkipped > 0) {
      skipped.add(moreSkipped);
    }
  }

  void lagging(int change) {
    lagging.addAndGet(change);
  }

  void repaired(Page.Source source) {
    Objects.requireNonNull(repaired.get(source)).increment();
  }

  void resumed(Page.Source source) {
    Objects.requireNonNull(resumed.get(source)).increment();
  }

  void gapTold() {
    told.increment();
  }

  void withdrawn() {
    withdrawn.increment();
  }

  void unreadable() {
    unreadable.increment();
  }
}

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
        Timer.builder("parley.fanout")
            .description(
                "From the arrival of an event at the node until it was flushed to a loop's members")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                Duration.ofMillis(100))
            .register(registry);
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

  void fanOut(long nanos) {
    fanOut.record(nanos, TimeUnit.NANOSECONDS);
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

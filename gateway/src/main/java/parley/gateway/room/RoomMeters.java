package parley.gateway.room;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import parley.chassis.metrics.Counters;
import parley.chassis.metrics.Measure;
import parley.gateway.metrics.GatewayMeasures;

/** What is counted of rooms. */
final class RoomMeters {
  private final Timer fanOut;
  private final Timer delivery;
  private final LongAdder deliveries = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final AtomicInteger lagging = new AtomicInteger();
  private final Counters<Page.Source> repaired;
  private final Counters<Page.Source> resumed;
  private final Counter told;
  private final Counter withdrawn;
  private final Counter unreadable;

  RoomMeters(MeterRegistry registry) {
    fanOut = GatewayMeasures.FAN_OUT.in(registry);
    delivery = GatewayMeasures.DELIVERY.in(registry);
    GatewayMeasures.DELIVERIES.from(registry, deliveries::sum);
    GatewayMeasures.EPHEMERALS_SKIPPED.from(registry, skipped::sum);
    GatewayMeasures.LAGGING.of(registry, lagging::get);
    repaired = bySource(GatewayMeasures.GAPS_REPAIRED, registry);
    resumed = bySource(GatewayMeasures.RESUMES, registry);
    told = GatewayMeasures.GAPS_TOLD.in(registry);
    withdrawn = GatewayMeasures.WITHDRAWN.in(registry);
    unreadable = GatewayMeasures.UNREADABLE.in(registry);
  }

  private static Counters<Page.Source> bySource(Measure.Count measure, MeterRegistry registry) {
    return measure.in(
        registry, Page.Source.class, source -> source.name().toLowerCase(Locale.ROOT));
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
    repaired.increment(source);
  }

  void resumed(Page.Source source) {
    resumed.increment(source);
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

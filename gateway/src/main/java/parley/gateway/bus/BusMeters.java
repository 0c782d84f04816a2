package parley.gateway.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import parley.chassis.metrics.ProcessMeasures;
import parley.gateway.metrics.GatewayMeasures;

/** What is counted of the bus. */
final class BusMeters {
  private final Timer append;
  private final Timer canary;
  private final Counter sends;
  private final Counter retries;
  private final Counter reconnects;
  private final Counter unreadable;
  private final AtomicInteger canaryFailing = new AtomicInteger();

  BusMeters(MeterRegistry registry) {
    append = GatewayMeasures.APPEND.in(registry);
    canary = GatewayMeasures.CANARY.in(registry);
    sends = GatewayMeasures.SENDS.in(registry);
    retries = GatewayMeasures.APPEND_RETRIES.in(registry);
    reconnects = ProcessMeasures.REDIS_RECONNECTS.in(registry);
    unreadable = GatewayMeasures.CONTROL_UNREADABLE.in(registry);
    GatewayMeasures.CANARY_FAILING.of(registry, canaryFailing::get);
  }

  void appended(long nanos) {
    sends.increment();
    append.record(nanos, TimeUnit.NANOSECONDS);
  }

  void retried() {
    retries.increment();
  }

  void disconnected() {
    reconnects.increment();
  }

  void canary(long nanos) {
    canary.record(nanos, TimeUnit.NANOSECONDS);
  }

  void canaryFailing(boolean now) {
    canaryFailing.set(now ? 1 : 0);
  }

  void unreadable() {
    unreadable.increment();
  }
}

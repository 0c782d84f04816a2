package parley.gateway.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import parley.protocol.ErrorCode;

/** What is counted of the bus; labels are enums. */
final class BusMeters {
  private final Timer append;
  private final Timer canary;
  private final Counter sends;
  private final Counter retries;
  private final Counter reconnects;
  private final Counter unreadable;
  private final AtomicInteger canaryFailing = new AtomicInteger();
  private final Map<ErrorCode, Counter> refusals = new EnumMap<>(ErrorCode.class);

  BusMeters(MeterRegistry registry) {
    append = timer(registry, "parley.append", "From the call of an append to its answer");
    canary =
        timer(registry, "parley.canary", "The way of the node's canary through Redis and back");
    sends = registry.counter("parley.sends");
    retries = registry.counter("parley.append.retries");
    reconnects = registry.counter("parley.redis.reconnects");
    unreadable = registry.counter("parley.control.unreadable");
    registry.gauge("parley.canary.failing", canaryFailing);
    for (ErrorCode code : ErrorCode.values()) {
      refusals.put(code, registry.counter("parley.refusals", "code", code.code()));
    }
  }

  private static Timer timer(MeterRegistry registry, String name, String means) {
    return Timer.builder(name)
        .description(means)
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofSeconds(1))
        .register(registry);
  }

  void appended(long nanos) {
    sends.increment();
    append.record(nanos, TimeUnit.NANOSECONDS);
  }

  void retried() {
    retries.increment();
  }

  void refused(ErrorCode code) {
    Objects.requireNonNull(refusals.get(code)).increment();
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

package parley.chat.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted about the outbox. */
public final class OutboxMetrics {
  private final Counter relayed;
  private final Counter parked;
  private final AtomicLong backlog = new AtomicLong();
  private final AtomicLong ageMs = new AtomicLong();

  public OutboxMetrics(MeterRegistry registry) {
    relayed =
        Counter.builder("parley.outbox.relayed")
            .description("Events that went from Postgres into a room's log")
            .register(registry);
    parked =
        Counter.builder("parley.outbox.parked")
            .description("Events that can never be appended and were put aside")
            .register(registry);
    Gauge.builder("parley.outbox.backlog", backlog, AtomicLong::get)
        .description("Events that wait in the outbox")
        .register(registry);
    Gauge.builder("parley.outbox.age.seconds", ageMs, ms -> ms.get() / 1000.0)
        .description("How long the oldest event of the outbox has waited")
        .register(registry);
  }

  void relayed(int events) {
    relayed.increment(events);
  }

  void parked() {
    parked.increment();
  }

  /** Events that wait, and for how long the oldest one has. */
  record Backlog(long events, long oldestMs) {}

  void waiting(Backlog found) {
    backlog.set(found.events());
    ageMs.set(found.oldestMs());
  }
}

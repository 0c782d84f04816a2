package parley.chat.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import parley.chat.metrics.ChatMeasures;

/** What is counted about the outbox. */
public final class OutboxMetrics {
  private final Counter relayed;
  private final Counter parked;
  private final AtomicLong backlog = new AtomicLong();
  private final AtomicLong ageMs = new AtomicLong();

  public OutboxMetrics(MeterRegistry registry) {
    relayed = ChatMeasures.OUTBOX_RELAYED.in(registry);
    parked = ChatMeasures.OUTBOX_PARKED.in(registry);
    ChatMeasures.OUTBOX_WAITING.of(registry, backlog::get);
    ChatMeasures.OUTBOX_AGE.of(registry, () -> ageMs.get() / 1000.0);
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

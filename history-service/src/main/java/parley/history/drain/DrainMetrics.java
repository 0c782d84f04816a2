package parley.history.drain;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import parley.history.metrics.HistoryMeasures;

/** What an operator sees of draining. */
final class DrainMetrics {
  final Timer commit;
  final DistributionSummary batch;
  final Counter stored;
  final Counter repeated;
  final Counter fenced;
  final Counter taken;
  final Counter deadLetters;
  final Counter failures;
  private final MeterRegistry registry;
  private final boolean byShard;
  private final AtomicInteger drained = new AtomicInteger();
  private final Map<Integer, Waiting> waiting = new ConcurrentHashMap<>();

  /** The entries of a shard's log, and its gauge if shards are told one by one. */
  private record Waiting(AtomicLong entries, Optional<Gauge> gauge) {}

  DrainMetrics(MeterRegistry registry, int shards) {
    this.registry = registry;
    this.byShard = shards <= HistoryMeasures.SHARD_LABELS_MAX;
    this.commit = HistoryMeasures.COMMIT.in(registry);
    this.batch = HistoryMeasures.COMMIT_ENTRIES.in(registry);
    this.stored = HistoryMeasures.STORED.in(registry);
    this.repeated = HistoryMeasures.REPEATED.in(registry);
    this.fenced = HistoryMeasures.FENCED.in(registry);
    this.taken = HistoryMeasures.SHARDS_TAKEN.in(registry);
    this.deadLetters = HistoryMeasures.DEAD_LETTERS.in(registry);
    this.failures = HistoryMeasures.DRAIN_FAILURES.in(registry);
    HistoryMeasures.SHARDS.of(registry, () -> shards);
    HistoryMeasures.SHARDS_DRAINED.of(registry, drained::get);
    if (!byShard) {
      HistoryMeasures.BACKLOG.of(registry, "all", this::sum);
    }
  }

  /** Which shards are drained here; those of others are theirs to tell. Leases' thread. */
  void drains(Set<Integer> shards) {
    drained.set(shards.size());
    waiting
        .entrySet()
        .removeIf(
            known -> {
              boolean lost = !shards.contains(known.getKey());
              if (lost) {
                known.getValue().gauge().ifPresent(registry::remove);
              }
              return lost;
            });
    shards.forEach(shard -> waiting.computeIfAbsent(shard, this::measured));
  }

  void backlog(int shard, long entries) {
    Waiting known = waiting.get(shard);
    if (known != null) {
      known.entries().set(entries);
    }
  }

  private Waiting measured(int shard) {
    AtomicLong entries = new AtomicLong();
    return new Waiting(
        entries,
        byShard
            ? Optional.of(
                HistoryMeasures.BACKLOG.of(registry, Integer.toString(shard), entries::get))
            : Optional.empty());
  }

  private double sum() {
    return waiting.values().stream().mapToLong(shard -> shard.entries().get()).sum();
  }
}

package parley.history.drain;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What an operator sees of draining. */
final class DrainMetrics {
  /** Above this many shards the backlog is told as one number, not shard by shard. */
  static final int LABELS_MAX = 128;

  final Timer commit;
  final DistributionSummary batch;
  final Counter stored;
  final Counter repeated;
  final Counter fenced;
  final Counter takeovers;
  final Counter deadLetters;
  final Counter failures;
  private final MeterRegistry registry;
  private final boolean byShard;
  private final Map<Integer, AtomicLong> backlog = new ConcurrentHashMap<>();

  DrainMetrics(MeterRegistry registry, int shards) {
    this.registry = registry;
    this.byShard = shards <= LABELS_MAX;
    this.commit =
        Timer.builder("parley.history.commit")
            .description("From a batch read to its commit in Postgres")
            .publishPercentileHistogram()
            .register(registry);
    this.batch =
        DistributionSummary.builder("parley.history.batch")
            .description("Entries of one commit")
            .register(registry);
    this.stored = counter("stored", "Events committed that were not there before");
    this.repeated = counter("repeated", "Events read again that were there already");
    this.fenced = counter("fenced", "Commits refused since a shard had been taken over");
    this.takeovers = counter("takeovers", "Shards that this replica began to drain");
    this.deadLetters = counter("dead.letters", "Entries parked since they cannot be stored");
    this.failures = counter("drain.failures", "Rounds that failed and were tried again");
  }

  void backlog(int shard, long entries) {
    backlog.computeIfAbsent(byShard ? shard : -1, this::gauge).set(entries);
  }

  private AtomicLong gauge(int shard) {
    String label = shard < 0 ? "all" : Integer.toString(shard);
    AtomicLong value = new AtomicLong();
    Gauge.builder("parley.history.backlog", value, AtomicLong::doubleValue)
        .description("Entries in the Redis log that are not stored yet")
        .tag("shard", label)
        .register(registry);
    return value;
  }

  private Counter counter(String name, String description) {
    return Counter.builder("parley.history." + name).description(description).register(registry);
  }
}

package parley.gateway.session;

import java.util.concurrent.ConcurrentHashMap;

/** One rate for each of many names (users, addresses), on this node. Safe from several threads. */
final class RateTable {
  /** Past this, names that are new share one bucket until others have been idle. */
  private static final int NAMES_MAX = 100_000;

  private final Rate rate;
  private final ConcurrentHashMap<String, TokenBucket> buckets = new ConcurrentHashMap<>();
  private final TokenBucket shared;

  RateTable(Rate rate) {
    this.rate = rate;
    this.shared = new TokenBucket(rate, System.nanoTime());
  }

  /** See {@link TokenBucket#take}. */
  long take(String name) {
    long now = System.nanoTime();
    TokenBucket bucket = buckets.get(name);
    if (bucket == null) {
      if (buckets.size() >= NAMES_MAX) {
        return shared.take(now);
      }
      bucket = buckets.computeIfAbsent(name, any -> new TokenBucket(rate, now));
    }
    return bucket.take(now);
  }

  /** Forgets the names that have not been used for a while; called every few seconds. */
  void sweep() {
    long now = System.nanoTime();
    buckets.values().removeIf(bucket -> bucket.isFull(now));
  }
}

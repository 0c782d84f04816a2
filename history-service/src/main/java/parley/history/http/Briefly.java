package parley.history.http;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Answers of another process that may be reused for a moment. A failure is not reused. What is
 * asked for at the same time is asked once.
 */
final class Briefly<K, V> {
  static final int ANSWERS_MAX = 20_000;

  private final ConcurrentHashMap<K, Kept<V>> kept = new ConcurrentHashMap<>();
  private final long nanos;
  private final Function<K, Future<V>> ask;

  private record Kept<V>(Future<V> answer, long askedAt) {}

  Briefly(Duration reusedFor, Function<K, Future<V>> ask) {
    this.nanos = reusedFor.toNanos();
    this.ask = ask;
  }

  Future<V> get(K key) {
    long now = System.nanoTime();
    if (kept.size() > ANSWERS_MAX) {
      kept.values().removeIf(old -> now - old.askedAt() > nanos);
      if (kept.size() > ANSWERS_MAX) {
        kept.clear();
      }
    }
    Kept<V> known = kept.get(key);
    if (known != null && now - known.askedAt() <= nanos && !known.answer().failed()) {
      return known.answer();
    }
    Kept<V> fresh = new Kept<>(ask.apply(key), now);
    kept.put(key, fresh);
    return fresh.answer();
  }
}

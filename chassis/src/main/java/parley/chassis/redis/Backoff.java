package parley.chassis.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: doubled each time up to a bound, and jittered by half,
 * so that all processes of a cluster do not come back in the same moment.
 */
public record Backoff(Duration first, Duration most) {

  private static final int DOUBLINGS_MAX = 20;

  public Backoff {
    if (first.toMillis() < 1 || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("a backoff begins with at least 1 ms and does not shrink");
    }
  }

  /** In milliseconds, after {@code failures} attempts that failed one after the other. */
  public long delay(int failures) {
    long doubled = first.toMillis() << Math.min(Math.max(0, failures - 1), DOUBLINGS_MAX);
    long full = Math.min(most.toMillis(), doubled);
    return Math.max(1, full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}

package parley.bench.measure;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * How far each ping of a server is from its time, which is one interval after the same client's
 * ping before it: the way of its pong is in it. Beside it stands how late the loop that hears them
 * was itself, since no ping can be told more exactly than that. Owned by that loop.
 */
public final class Pings {
  /** A ping may be so far from its time. */
  public static final Duration TOLERANCE = Duration.ofMillis(20);

  private static final long OFF_MAX_MICROS = 600_000_000;

  private final long intervalNanos;
  private final Histogram off = new Histogram(OFF_MAX_MICROS, 3);
  private final Histogram listenerLate = new Histogram(OFF_MAX_MICROS, 3);
  private long earliestMicros;
  private long latestMicros;
  private long beyond;

  public Pings(Duration interval) {
    intervalNanos = interval.toNanos();
  }

  /** A client got a ping, so long after its last one. */
  public void came(long nanosAfterLast) {
    long micros = (nanosAfterLast - intervalNanos) / 1000;
    earliestMicros = Math.min(earliestMicros, micros);
    latestMicros = Math.max(latestMicros, micros);
    if (Math.abs(micros) > TOLERANCE.toNanos() / 1000) {
      beyond++;
    }
    off.recordValue(Math.min(Math.abs(micros), OFF_MAX_MICROS));
  }

  /** Something of the listening loop's own was done so long after it was due. */
  public void listenerLate(long nanos) {
    listenerLate.recordValue(Math.clamp(nanos / 1000, 0, OFF_MAX_MICROS));
  }

  /** The figures as they are now. */
  public Figures figures() {
    return new Figures(
        off.getTotalCount(),
        beyond,
        off.getValueAtPercentile(50) / 1e3,
        off.getValueAtPercentile(99) / 1e3,
        off.getValueAtPercentile(99.9) / 1e3,
        earliestMicros / 1e3,
        latestMicros / 1e3,
        listenerLate.getValueAtPercentile(99.9) / 1e3,
        listenerLate.getMaxValue() / 1e3);
  }

  /**
   * Milliseconds, but for the counts.
   *
   * @param beyond pings farther from their time than {@link #TOLERANCE}
   * @param earliest how far the earliest was off: zero or less
   */
  public record Figures(
      long count,
      long beyond,
      double p50,
      double p99,
      double p999,
      double earliest,
      double latest,
      double listenerP999,
      double listenerMax) {
    public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}

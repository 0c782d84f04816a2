package parley.bench.measure;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one event loop saw; read by others only between phases, or roughly, for
 * progress.
 */
public final class Tally {
  public static final long LATENCY_MAX_MICROS = 60_000_000;

  private final Histogram latency = new Histogram(LATENCY_MAX_MICROS, 3);
  private @Nullable Pings pings;
  public long sent;
  public long acked;
  public long refused;
  public long delivered;
  public long bytes;
  public long gaps;
  public long repeats;
  public long closed;
  public long failed;

  public void latency(long nanos) {
    latency.recordValue(Math.clamp(nanos / 1000, 0, LATENCY_MAX_MICROS));
  }

  public Histogram latencies() {
    return latency;
  }

  /** From now on it counts how far pings are from their time. */
  public Pings countPings(Duration interval) {
    var counted = new Pings(interval);
    pings = counted;
    return counted;
  }

  /** A client was pinged, so long after its last ping. */
  public void pinged(long nanosAfterLast) {
    Pings counted = pings;
    if (counted != null) {
      counted.came(nanosAfterLast);
    }
  }

  /** What is known of pings, if they are counted. */
  Pings.Figures pings() {
    Pings counted = pings;
    return counted == null ? Pings.Figures.NONE : counted.figures();
  }

  /** Forgets what the warm-up saw. */
  public void reset() {
    latency.reset();
    sent = 0;
    acked = 0;
    refused = 0;
    delivered = 0;
    bytes = 0;
    gaps = 0;
    repeats = 0;
  }
}

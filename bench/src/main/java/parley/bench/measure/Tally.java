package parley.bench.measure;

import org.HdrHistogram.Histogram;

/**
 * What the clients of one event loop saw; read by others only between phases, or roughly, for
 * progress.
 */
public final class Tally {
  public static final long LATENCY_MAX_MICROS = 60_000_000;

  private final Histogram latency = new Histogram(LATENCY_MAX_MICROS, 3);
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

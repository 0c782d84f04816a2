package parley.gateway.session;

/** A rate with a burst: so many permits at once, refilled evenly. Safe from several threads. */
final class TokenBucket {
  private final double burst;
  private final double perNano;
  private double permits;
  private long refilledNanos;

  TokenBucket(Rate rate, long nowNanos) {
    this.burst = rate.burst();
    this.perNano = rate.perSecond() / 1e9;
    this.permits = burst;
    this.refilledNanos = nowNanos;
  }

  /** Takes a permit and answers 0, or answers the milliseconds until there is one. */
  synchronized long take(long nowNanos) {
    refill(nowNanos);
    if (permits >= 1) {
      permits--;
      return 0;
    }
    return Math.max(1, (long) Math.ceil((1 - permits) / perNano / 1e6));
  }

  /** Whether nothing would be lost by forgetting it. */
  synchronized boolean isFull(long nowNanos) {
    refill(nowNanos);
    return permits >= burst;
  }

  private void refill(long nowNanos) {
    permits = Math.min(burst, permits + Math.max(0, nowNanos - refilledNanos) * perNano);
    refilledNanos = Math.max(refilledNanos, nowNanos);
  }
}

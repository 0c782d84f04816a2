package parley.gateway.session;

import io.vertx.core.Vertx;

/** Tells once when the token that a session lives by has expired. Called on the session's loop. */
final class TokenTime {
  private final Vertx vertx;
  private final Runnable over;
  private long expiresAtMs;
  private long timer = -1;

  TokenTime(Vertx vertx, Runnable over) {
    this.vertx = vertx;
    this.over = over;
  }

  /**
   * From now on this counts.
   *
   * @param atMs milliseconds since 1970; 0: never
   */
  void expiresAt(long atMs) {
    stop();
    expiresAtMs = atMs;
    if (atMs > 0) {
      long left = Math.max(1, atMs - System.currentTimeMillis());
      // A timer of many days would overflow; it is armed again when it has run.
      timer = vertx.setTimer(Math.min(left, Sessions.TIMER_MS_MAX), ran -> look());
    }
  }

  private void look() {
    if (System.currentTimeMillis() >= expiresAtMs) {
      over.run();
    } else {
      expiresAt(expiresAtMs);
    }
  }

  void stop() {
    vertx.cancelTimer(timer);
  }
}

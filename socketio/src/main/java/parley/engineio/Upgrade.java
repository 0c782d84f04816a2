package parley.engineio;

import parley.timing.TimingWheel;

/** A polling session's move to a WebSocket that its client opened beside it; bounded in time. */
final class Upgrade extends TimingWheel.Entry {
  private final EngineOptions options;
  private final TimingWheel wheel;
  final WebSocketTransport to;
  private boolean probed;

  Upgrade(WebSocketTransport to, TimingWheel wheel, EngineOptions options) {
    this.to = to;
    this.wheel = wheel;
    this.options = options;
    wheel.schedule(this, options.upgradeTimeout().toMillis());
  }

  /** From here on the client stops its polling, and then says that it moves. */
  void probed() {
    probed = true;
  }

  boolean isProbed() {
    return probed;
  }

  void over() {
    wheel.cancel(this);
  }

  @Override
  protected void expire(long lateMillis) {
    options.counters().refused(Refusal.UPGRADE_TIMED_OUT);
    to.refuse();
  }
}

package parley.engineio;

import parley.timing.TimingWheel;

/** A session that nobody has said to be wanted yet; bounded in time, and in number by its node. */
final class HalfOpen extends TimingWheel.Entry {
  private final EngineSession session;
  private final TimingWheel wheel;
  private final EngineNode node;

  private HalfOpen(EngineSession session, TimingWheel wheel, EngineNode node) {
    this.session = session;
    this.wheel = wheel;
    this.node = node;
  }

  /** Counts a session as half open; the oldest one goes when there are too many. */
  static HalfOpen begin(EngineSession session, TimingWheel wheel, EngineOptions options) {
    var halfOpen = new HalfOpen(session, wheel, options.node());
    wheel.schedule(halfOpen, options.establishTimeout().toMillis());
    EngineSession oldest = options.node().addHalfOpen(session, options.halfOpenMax());
    if (oldest != null) {
      options.counters().refused(Refusal.HALF_OPEN_DROPPED);
      oldest.run(() -> oldest.close(CloseReason.NEVER_ESTABLISHED));
    }
    return halfOpen;
  }

  void over() {
    wheel.cancel(this);
    node.removeHalfOpen(session);
  }

  @Override
  protected void expire(long lateMillis) {
    session.close(CloseReason.NEVER_ESTABLISHED);
  }
}

package parley.engineio;

import parley.timing.TimingWheel;

/**
 * A session's pings, and how long it waits for the pong. After the session's end the same deadline
 * says how long a polling client may take to hear of it. On the session's event loop.
 */
final class Heartbeat extends TimingWheel.Entry {
  private static final Outgoing PING = Outgoing.eternal("2");

  /** A timeout that fires so much behind its time was kept waiting by the loop. */
  private static final long LATE_MILLIS = 2L * TimingWheel.TICK_MILLIS;

  private final EngineSession session;
  private final TimingWheel wheel;
  private final EngineOptions options;
  private boolean awaitingPong;
  private boolean extended;
  private boolean lookedAgain;

  Heartbeat(EngineSession session, TimingWheel wheel, EngineOptions options) {
    this.session = session;
    this.wheel = wheel;
    this.options = options;
  }

  EngineSession session() {
    return session;
  }

  void start() {
    wheel.schedule(this, options.pingInterval().toMillis());
  }

  void stop() {
    wheel.cancel(this);
  }

  /** Gives a closed session's client so much time to hear of it. */
  void linger() {
    wheel.schedule(this, options.closeLinger().toMillis());
  }

  /** Fires now what was due before this poll: it is no pong. */
  void polled() {
    lookedAgain = true;
    wheel.expireIfDue(this);
  }

  /** Something else than a pong came: the client is alive, its pong stands in a queue behind. */
  void alive() {
    if (awaitingPong && !extended) {
      extended = true;
      wheel.schedule(this, options.pingTimeout().toMillis());
    }
  }

  void pong() {
    awaitingPong = false;
    start();
  }

  @Override
  protected void expire(long lateMillis) {
    if (!session.isOpen()) {
      options.node().remove(session); // nobody came to hear that it was closed
    } else if (!awaitingPong) {
      ping(lateMillis);
    } else if (lateMillis > LATE_MILLIS && !lookedAgain) {
      lookedAgain = true; // the loop stood still: the pong may be waiting to be read
      wheel.schedule(this, TimingWheel.TICK_MILLIS);
    } else {
      session.close(CloseReason.PING_TIMEOUT);
    }
  }

  private void ping(long lateMillis) {
    awaitingPong = true;
    extended = false;
    lookedAgain = false;
    session.send(PING);
    session.flush();
    options.counters().pinged(lateMillis);
    // A client counts from when the ping was due; one that came late leaves it time all the same.
    long timeout = options.pingTimeout().toMillis();
    wheel.schedule(this, timeout - Math.clamp(lateMillis, 0, timeout / 4));
  }
}

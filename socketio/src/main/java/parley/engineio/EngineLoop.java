package parley.engineio;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import parley.timing.TimingWheel;

/**
 * What the sessions of one event loop share: their timeouts, and the list of those to be flushed in
 * this turn.
 */
final class EngineLoop {
  final TimingWheel wheel;
  private final EventLoop eventLoop;
  private List<EngineSession> unflushed = new ArrayList<>();
  private List<EngineSession> flushing = new ArrayList<>();

  EngineLoop(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
    this.wheel = TimingWheel.of(eventLoop);
  }

  boolean isCurrent() {
    return eventLoop.inEventLoop();
  }

  /** Runs after what the loop is doing now. */
  void later(Runnable task) {
    eventLoop.execute(task);
  }

  /** Flushes the session once at the end of this turn, however often it is asked to. */
  void flushSoon(EngineSession session) {
    if (unflushed.isEmpty()) {
      eventLoop.execute(this::flushAll);
    }
    unflushed.add(session);
  }

  private void flushAll() {
    List<EngineSession> batch = unflushed;
    unflushed = flushing;
    flushing = batch;
    for (EngineSession session : batch) {
      session
          .context()
          .dispatch(session::flushNow); // one that fails must not keep the others waiting
    }
    batch.clear();
  }
}

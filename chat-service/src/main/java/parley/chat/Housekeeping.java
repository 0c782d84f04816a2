package parley.chat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Things done again and again on virtual threads of Vert.x, never two of one at a time. */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private final Vertx vertx;
  private final Set<Long> timers = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  Housekeeping(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Called on a virtual thread of Vert.x, whose context the task keeps. */
  void every(Duration pause, String what, Runnable task) {
    next(pause, what, task, false);
  }

  private void next(Duration pause, String what, Runnable task, boolean failed) {
    if (!stopped) {
      timers.add(
          vertx.setTimer(
              pause.toMillis(),
              timer -> {
                timers.remove(timer);
                next(pause, what, task, run(what, task, failed));
              }));
    }
  }

  /** Whether it failed; of a row of failures the first is told. */
  private boolean run(String what, Runnable task, boolean failedBefore) {
    try {
      task.run();
      return false;
    } catch (RuntimeException e) {
      if (!failedBefore && !stopped) {
        LOG.warn("{} fails, and is tried on: {}", what, e.toString());
      }
      return true;
    }
  }

  void stop() {
    stopped = true;
    timers.forEach(vertx::cancelTimer);
  }
}

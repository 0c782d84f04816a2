package parley.history;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.history.archive.Await;
import parley.history.archive.Retention;

/**
 * Sweeps what retention removes, on the one replica that has the duty: the one that drains shard 0.
 */
final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

  private final Retention retention;
  private final Duration every;
  private final BooleanSupplier onDuty;
  private final Thread thread = Thread.ofVirtual().name("retention").unstarted(this::run);

  Sweeper(Retention retention, Duration every, BooleanSupplier onDuty) {
    this.retention = retention;
    this.every = every;
    this.onDuty = onDuty;
  }

  void start() {
    thread.start();
  }

  void stop() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(every);
        if (onDuty.getAsBoolean()) {
          sweep();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("no more sweeps");
    } finally {
      retention.close();
    }
  }

  private void sweep() throws InterruptedException {
    try {
      long removed = retention.sweep();
      if (removed > 0) {
        LOG.info("removed {} events past their retention", removed);
      }
    } catch (Await.Failed e) {
      LOG.warn("a sweep failed and is done again later: {}", e.getMessage());
    } catch (RuntimeException e) {
      // Whatever it is: without a sweeper nothing would ever be removed.
      LOG.error("a sweep failed and is done again later", e);
    }
  }
}

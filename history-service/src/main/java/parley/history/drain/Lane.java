package parley.history.drain;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.Backoff;
import parley.history.archive.Archive;
import parley.history.archive.Await;

/**
 * Drains some of a replica's shards: reads their logs, commits what it read as one batch, and only
 * then trims. A replica has several, since Postgres works on one commit with one processor. Nothing
 * that a lane knows outlives a failure: it begins again at what Redis says.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  /**
   * How long one read waits for a first entry; a shard that is taken over waits so long at most.
   */
  private static final long BLOCK_MS = 100;

  private static final Duration READ_MAX = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final Archive archive;
  private final LogReader reader;
  private final Committer committer;
  private final Trimmer trimmer;
  private final DrainMetrics metrics;
  private final Runnable whenFenced;
  private final ReadSize size = new ReadSize();
  private final Thread thread = Thread.ofVirtual().name("drain").unstarted(this::run);
  private volatile Map<Integer, Long> assigned = Map.of();
  private volatile boolean stopping;

  /**
   * @param whenFenced called when a commit was refused, since the leases are not what they seemed
   */
  Lane(
      Archive archive,
      LogReader reader,
      Committer committer,
      Trimmer trimmer,
      DrainMetrics metrics,
      Runnable whenFenced) {
    this.archive = archive;
    this.reader = reader;
    this.committer = committer;
    this.trimmer = trimmer;
    this.metrics = metrics;
    this.whenFenced = whenFenced;
  }

  void start() {
    thread.start();
  }

  /** The shards to drain from now on, with their fences. */
  void assign(Map<Integer, Long> fences) {
    if (!fences.equals(assigned)) {
      assigned = Map.copyOf(fences);
    }
  }

  /** Finishes the batch under way. */
  void stop() {
    stopping = true;
  }

  void join(Duration most) throws InterruptedException {
    thread.join(most);
  }

  /** Ends in the middle of whatever it does. */
  void kill() {
    stopping = true;
    thread.interrupt();
  }

  private void run() {
    int failures = 0;
    try {
      while (!stopping) {
        try {
          drainUntilSomethingIsOdd();
          failures = 0;
        } catch (Await.Failed e) {
          failures++;
          metrics.failures.increment();
          LOG.warn("draining failed and begins again ({}): {}", failures, e.getMessage());
          trimmer.measure(assigned.keySet());
        }
        Thread.sleep(BACKOFF.delay(Math.max(1, failures)));
      }
    } catch (InterruptedException e) {
      LOG.debug("draining was interrupted");
    } finally {
      archive.close();
    }
  }

  /**
   * Returns when the logs have to be read anew: shards came or went, or a log was not as it was
   * read.
   */
  private void drainUntilSomethingIsOdd() throws Await.Failed, InterruptedException {
    Map<Integer, Long> fences = assigned;
    trimmer.forgetAllBut(fences);
    List<Run> runs = List.of();
    while (!fences.isEmpty() && fences.equals(assigned) && !(stopping && runs.isEmpty())) {
      if (runs.isEmpty()) {
        runs = noted(reader.read(fences.keySet(), List.of(), size.perShard(), BLOCK_MS));
        continue;
      }
      Future<List<Run>> next =
          size.isBusy() && !stopping
              ? reader.read(fences.keySet(), runs, size.perShard(), 0)
              : Future.succeededFuture(List.of());
      if (!commit(runs, fences)) {
        whenFenced.run();
        return;
      }
      if (!trimmer.trim(runs)) {
        return;
      }
      runs = noted(next);
    }
  }

  private List<Run> noted(Future<List<Run>> read) throws Await.Failed, InterruptedException {
    List<Run> runs = Await.within(READ_MAX, read);
    size.read(runs);
    return runs;
  }

  private boolean commit(List<Run> runs, Map<Integer, Long> fences)
      throws Await.Failed, InterruptedException {
    long started = System.nanoTime();
    boolean committed = committer.commit(runs, fences);
    metrics.commit.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    metrics.batch.record((double) runs.stream().mapToLong(run -> run.range().entries()).sum());
    return committed;
  }
}

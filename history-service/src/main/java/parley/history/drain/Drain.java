package parley.history.drain;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.Backoff;
import parley.chassis.redis.RedisLink;
import parley.history.archive.Archive;
import parley.history.archive.Await;
import parley.history.archive.Leases;
import parley.protocol.RedisKeys;

/**
 * One replica's draining: a thread that keeps its leases, and a thread that reads the logs of the
 * shards it holds, commits what it read, and only then trims. Nothing that either knows outlives a
 * failure: they begin again at what Postgres and Redis say.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /**
   * How long one read waits for a first entry; a shard that is taken over waits so long at most.
   */
  private static final long BLOCK_MS = 100;

  private static final Duration READ_MAX = Duration.ofSeconds(5);
  private static final Duration STOP_MAX = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final Leases leases;
  private final Archive archive;
  private final LogReader reader;
  private final Committer committer;
  private final Trimmer trimmer;
  private final DrainMetrics metrics;
  private final ReadSize size = new ReadSize();
  private final Semaphore renewNow = new Semaphore(0);
  private final Thread leasing = Thread.ofVirtual().name("leases").unstarted(this::keepLeases);
  private final Thread draining = Thread.ofVirtual().name("drain").unstarted(this::drain);
  private volatile Map<Integer, Long> held = Map.of();
  private volatile boolean stopping;

  private Drain(
      Leases leases,
      Archive archive,
      LogReader reader,
      Committer committer,
      Trimmer trimmer,
      DrainMetrics metrics) {
    this.leases = leases;
    this.archive = archive;
    this.reader = reader;
    this.committer = committer;
    this.trimmer = trimmer;
    this.metrics = metrics;
  }

  /**
   * Starts to drain.
   *
   * @param replica an id that no process had before
   * @param reading a link that nothing else uses, since reads block it
   * @param commands a link with the function library
   */
  public static Drain start(
      Vertx vertx,
      PgConnectOptions postgres,
      String replica,
      RedisKeys keys,
      RedisLink reading,
      RedisLink commands,
      MeterRegistry registry) {
    DrainMetrics metrics = new DrainMetrics(registry, keys.shards().count());
    Archive archive = new Archive(vertx, postgres, replica);
    Drain drain =
        new Drain(
            new Leases(vertx, postgres, replica),
            archive,
            new LogReader(reading, keys),
            new Committer(archive, keys.shards(), metrics),
            new Trimmer(commands, keys, metrics),
            metrics);
    drain.leasing.start();
    drain.draining.start();
    return drain;
  }

  /** The shards that are drained here, with their fences. */
  public Map<Integer, Long> held() {
    return held;
  }

  /** Ends in order: the batch under way is finished, the shards are given back. Blocks. */
  public void stop() throws InterruptedException {
    stopping = true;
    renewNow.release();
    draining.join(STOP_MAX);
    leasing.join(STOP_MAX);
    kill();
  }

  /** Ends as a crash does: nothing is finished, nothing given back. */
  public void kill() {
    stopping = true;
    draining.interrupt();
    leasing.interrupt();
  }

  private void keepLeases() {
    int failures = 0;
    try {
      while (!stopping) {
        try {
          take(leases.hold());
          failures = 0;
        } catch (Await.Failed e) {
          failures++;
          LOG.warn("the leases cannot be renewed ({}): {}", failures, e.getMessage());
        }
        long pause = failures == 0 ? Leases.RENEWAL.toMillis() : BACKOFF.delay(failures);
        boolean asked = renewNow.tryAcquire(pause, TimeUnit.MILLISECONDS);
        renewNow.drainPermits();
        LOG.trace("renewing the leases, asked: {}", asked);
      }
      draining.join(STOP_MAX);
      leases.release();
    } catch (Await.Failed e) {
      LOG.info("the leases cannot be given back, they end by themselves: {}", e.getMessage());
    } catch (InterruptedException e) {
      LOG.debug("the leases are left as they are");
    } finally {
      leases.close();
    }
  }

  private void take(Map<Integer, Long> now) {
    Set<Integer> gained = new HashSet<>(now.keySet());
    gained.removeAll(held.keySet());
    if (!gained.isEmpty() || now.size() != held.size()) {
      LOG.info("draining {} shards, {} of them new", now.size(), gained.size());
    }
    metrics.takeovers.increment(gained.size());
    held = Map.copyOf(now);
  }

  private void drain() {
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
    Map<Integer, Long> fences = held;
    trimmer.forgetAllBut(fences);
    List<Run> runs = List.of();
    while (!fences.isEmpty() && fences.equals(held) && !(stopping && runs.isEmpty())) {
      if (runs.isEmpty()) {
        runs = noted(reader.read(fences.keySet(), List.of(), size.perShard(), BLOCK_MS));
        continue;
      }
      Future<List<Run>> next =
          size.isBusy() && !stopping
              ? reader.read(fences.keySet(), runs, size.perShard(), 0)
              : Future.succeededFuture(List.of());
      if (!commit(runs, fences)) {
        renewNow.release();
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

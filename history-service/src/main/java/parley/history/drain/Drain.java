package parley.history.drain;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
 * One replica's draining: a thread that keeps its leases, and lanes that drain the shards it holds.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration STOP_MAX = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final Leases leases;
  private final DrainMetrics metrics;
  private final List<Lane> lanes = new ArrayList<>();
  private final Semaphore renewNow = new Semaphore(0);
  private final Thread leasing = Thread.ofVirtual().name("leases").unstarted(this::keepLeases);
  private volatile Map<Integer, Long> held = Map.of();
  private volatile boolean stopping;

  private Drain(Leases leases, DrainMetrics metrics) {
    this.leases = leases;
    this.metrics = metrics;
  }

  /**
   * Starts to drain.
   *
   * @param replica an id that no process had before
   * @param reading links that nothing else uses, since reads block them: there is a lane for each
   * @param commands a link with the function library
   */
  public static Drain start(
      Vertx vertx,
      PgConnectOptions postgres,
      String replica,
      RedisKeys keys,
      List<RedisLink> reading,
      RedisLink commands,
      MeterRegistry registry) {
    DrainMetrics metrics = new DrainMetrics(registry, keys.shards().count());
    Drain drain = new Drain(new Leases(vertx, postgres, replica), metrics);
    for (RedisLink link : reading) {
      Archive archive = new Archive(vertx, postgres, replica);
      drain.lanes.add(
          new Lane(
              archive,
              new LogReader(link, keys),
              new Committer(archive, keys.shards(), metrics),
              new Trimmer(commands, keys, metrics),
              metrics,
              drain.renewNow::release));
    }
    drain.leasing.start();
    drain.lanes.forEach(Lane::start);
    return drain;
  }

  /** The shards that are drained here, with their fences. */
  public Map<Integer, Long> held() {
    return held;
  }

  /** Ends in order: the batches under way are finished, the shards are given back. Blocks. */
  public void stop() throws InterruptedException {
    stopping = true;
    lanes.forEach(Lane::stop);
    renewNow.release();
    leasing.join(STOP_MAX.multipliedBy(2));
    kill();
  }

  /** Ends as a crash does: nothing is finished, nothing given back. */
  public void kill() {
    stopping = true;
    lanes.forEach(Lane::kill);
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
      for (Lane lane : lanes) {
        lane.join(STOP_MAX);
      }
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
    metrics.taken.increment(gained.size());
    metrics.drains(now.keySet());
    held = Map.copyOf(now);
    for (int lane = 0; lane < lanes.size(); lane++) {
      Map<Integer, Long> share = new HashMap<>();
      for (Map.Entry<Integer, Long> shard : now.entrySet()) {
        if (shard.getKey() % lanes.size() == lane) {
          share.put(shard.getKey(), shard.getValue());
        }
      }
      lanes.get(lane).assign(share);
    }
  }
}

package parley.history.archive;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which shards this replica drains. A lease ends by Postgres' clock, is renewed often, and is worth
 * nothing by itself: what counts is the fence that every commit names, see {@link Archive#store}.
 */
public final class Leases {
  /** Together with the renewal and a restart of reading below the two seconds of a take-over. */
  public static final Duration LEASE = Duration.ofMillis(1_200);

  public static final Duration RENEWAL = Duration.ofMillis(250);

  private static final String HOLD = "SELECT shard, fence FROM history.hold($1, $2)";
  private static final String RELEASE = "SELECT history.release($1)";

  private final Line line;
  private final String replica;

  public Leases(Vertx vertx, PgConnectOptions postgres, String replica) {
    this.line = new Line(vertx, postgres, LEASE);
    this.replica = replica;
  }

  /** Renews, takes, gives back; answers the shards of this replica with their fences. */
  public Map<Integer, Long> hold() throws Await.Failed, InterruptedException {
    Map<Integer, Long> fences = new TreeMap<>();
    for (Row row : line.run(HOLD, Tuple.of(replica, (int) LEASE.toMillis()))) {
      fences.put(row.getInteger(0), row.getLong(1));
    }
    return fences;
  }

  /** Gives all back, so that others need not wait for the end of the leases. */
  public void release() throws Await.Failed, InterruptedException {
    line.run(RELEASE, Tuple.of(replica));
  }

  public void close() {
    line.close();
  }
}

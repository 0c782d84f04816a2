package parley.history.archive;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Removes what rooms need not keep any longer, in small steps from the oldest on. For the one
 * virtual thread that sweeps.
 */
public final class Retention {
  /** Events in one step, a transaction. */
  static final int STEP_EVENTS = 1_000;

  private static final Duration STEP_MAX = Duration.ofSeconds(10);
  private static final Duration BETWEEN_STEPS = Duration.ofMillis(10);

  /** The next room by name, and how long it keeps its events; null is the general setting. */
  private static final String NEXT_ROOM =
      """
      SELECT e.room, t.keep IS NOT NULL AS own, extract(epoch FROM t.keep)::bigint AS seconds
      FROM (SELECT room FROM history.event WHERE room > $1 ORDER BY room, seq LIMIT 1) e
      LEFT JOIN history.retention t ON t.room = e.room
      """;

  /** The same over the rooms that have a setting of their own. */
  private static final String NEXT_ROOM_OF_ITS_OWN =
      """
      SELECT room, true AS own, extract(epoch FROM keep)::bigint AS seconds
      FROM history.retention WHERE room > $1 AND keep IS NOT NULL ORDER BY room LIMIT 1
      """;

  private static final String FORGET =
      "SELECT history.forget($1, make_interval(secs => $2::bigint), $3)";

  private final Line line;
  private final Duration general;

  /**
   * @param general how long rooms keep events that have no setting of their own; zero is for ever
   */
  public Retention(Vertx vertx, PgConnectOptions postgres, Duration general) {
    this.line = new Line(vertx, postgres, STEP_MAX);
    this.general = general;
  }

  /** Goes through the rooms once; answers how many events were removed. */
  public long sweep() throws Await.Failed, InterruptedException {
    long removed = 0;
    String room = "";
    while (true) {
      Row next = next(room);
      if (next == null) {
        return removed;
      }
      room = next.getString(0);
      long seconds = next.getBoolean(1) ? next.getLong(2) : general.toSeconds();
      if (seconds > 0) {
        removed += forget(room, seconds);
      }
    }
  }

  public void close() {
    line.close();
  }

  private @Nullable Row next(String after) throws Await.Failed, InterruptedException {
    RowIterator<Row> rows =
        line.run(general.isZero() ? NEXT_ROOM_OF_ITS_OWN : NEXT_ROOM, Tuple.of(after)).iterator();
    return rows.hasNext() ? rows.next() : null;
  }

  private long forget(String room, long seconds) throws Await.Failed, InterruptedException {
    long removed = 0;
    while (true) {
      int step =
          line.run(FORGET, Tuple.of(room, seconds, STEP_EVENTS)).iterator().next().getInteger(0);
      removed += step;
      if (step < STEP_EVENTS) {
        return removed;
      }
      Thread.sleep(BETWEEN_STEPS);
    }
  }
}

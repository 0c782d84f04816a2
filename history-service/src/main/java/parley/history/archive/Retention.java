package parley.history.archive;

import io.vertx.core.Future;
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

  /**
   * The next room by name, how long it keeps its events (null is the general setting), and the pos
   * of its oldest.
   */
  private static final String NEXT_ROOM =
      """
      SELECT e.room, t.keep IS NOT NULL AS own, extract(epoch FROM t.keep)::bigint AS seconds, e.pos
      FROM (SELECT room, pos FROM history.event WHERE room > $1 ORDER BY room, seq LIMIT 1) e
      LEFT JOIN history.retention t ON t.room = e.room
      """;

  /** The same over the rooms that have a setting of their own. */
  private static final String NEXT_ROOM_OF_ITS_OWN =
      """
      SELECT t.room, true AS own, extract(epoch FROM t.keep)::bigint AS seconds, e.pos
      FROM (SELECT room, keep FROM history.retention WHERE room > $1 AND keep IS NOT NULL
            ORDER BY room LIMIT 1) t
      LEFT JOIN LATERAL (
        SELECT pos FROM history.event WHERE room = t.room ORDER BY seq LIMIT 1) e ON true
      """;

  private static final String FORGET = "SELECT history.forget($1, $2::bigint, $3)";

  /** Rooms whose boundary is told again in one sweep. */
  static final int AGAIN_ROOMS_MAX = 1_000;

  private static final String DUE_AGAIN =
      """
      SELECT room, pos FROM history.forgotten WHERE again <= clock_timestamp()
      ORDER BY again LIMIT $1
      """;

  /** As long after now as the boundary is old: a handful of times in the hour. */
  private static final String TOLD_AGAIN =
      """
      UPDATE history.forgotten
      SET again = CASE WHEN clock_timestamp() < moved + interval '1 hour'
                       THEN clock_timestamp() + (clock_timestamp() - moved) END
      WHERE room = $1 AND pos = $2
      """;

  private final Line line;
  private final Duration general;
  private final Elsewhere elsewhere;

  /** Where else than in Postgres a room's events may still be. */
  public interface Elsewhere {
    /** They are gone there once this is done: those that came before a pos. */
    Future<?> forget(String room, long beforePos);
  }

  /**
   * @param general how long rooms keep events that have no setting of their own; zero is for ever
   */
  public Retention(Vertx vertx, PgConnectOptions postgres, Duration general, Elsewhere elsewhere) {
    this.line = new Line(vertx, postgres, STEP_MAX);
    this.general = general;
    this.elsewhere = elsewhere;
  }

  /** Goes through the rooms once; answers how many events were removed. */
  public long sweep() throws Await.Failed, InterruptedException {
    long removed = removeOld();
    tellAgain();
    return removed;
  }

  private long removeOld() throws Await.Failed, InterruptedException {
    long removed = 0;
    String room = "";
    while (true) {
      Row next = next(room);
      if (next == null) {
        return removed;
      }
      room = next.getString(0);
      long seconds = next.getBoolean(1) ? next.getLong(2) : general.toSeconds();
      long before = (System.currentTimeMillis() - seconds * 1_000) * 1_000;
      Long oldest = next.getLong(3);
      if (seconds > 0 && oldest != null && oldest < before) {
        // First elsewhere: as long as Postgres has them a sweep that failed in between comes back.
        Await.within(STEP_MAX, elsewhere.forget(room, before));
        removed += forget(room, before);
      }
    }
  }

  /**
   * A gateway may have been cut off when it was told, and a Redis that took over may not have heard
   * of it: where Postgres has nothing any more, nothing else would remove it there.
   */
  private void tellAgain() throws Await.Failed, InterruptedException {
    for (Row due : line.run(DUE_AGAIN, Tuple.of(AGAIN_ROOMS_MAX))) {
      String room = due.getString(0);
      long pos = due.getLong(1);
      Await.within(STEP_MAX, elsewhere.forget(room, pos + 1));
      line.run(TOLD_AGAIN, Tuple.of(room, pos));
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

  private long forget(String room, long before) throws Await.Failed, InterruptedException {
    long removed = 0;
    while (true) {
      int step =
          line.run(FORGET, Tuple.of(room, before, STEP_EVENTS)).iterator().next().getInteger(0);
      removed += step;
      if (step < STEP_EVENTS) {
        return removed;
      }
      Thread.sleep(BETWEEN_STEPS);
    }
  }
}

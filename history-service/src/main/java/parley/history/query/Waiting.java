package parley.history.query;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import parley.protocol.ErrorCode;

/**
 * Waits until what the log holds of a room has arrived in Postgres; usually a matter of
 * milliseconds.
 */
final class Waiting {
  static final Duration WAIT_MAX = Duration.ofSeconds(2);
  static final int WAITERS_MAX = 256;
  private static final long FIRST_MS = 4;
  private static final long PAUSE_MS_MAX = 64;

  private final Vertx vertx;
  private final Pool pool;
  private final AtomicInteger waiters = new AtomicInteger();

  Waiting(Vertx vertx, Pool pool) {
    this.vertx = vertx;
    this.pool = pool;
  }

  /** Fails as unavailable if it takes too long or too many wait already. */
  Future<Void> untilStored(String room, long seq) {
    if (waiters.incrementAndGet() > WAITERS_MAX) {
      waiters.decrementAndGet();
      return Future.failedFuture(new Refusal(ErrorCode.OVERLOADED, "too many wait for the log"));
    }
    Promise<Void> stored = Promise.promise();
    look(room, seq, FIRST_MS, System.nanoTime() + WAIT_MAX.toNanos(), stored);
    return stored.future().onComplete(done -> waiters.decrementAndGet());
  }

  private void look(String room, long seq, long pauseMs, long deadline, Promise<Void> stored) {
    pool.preparedQuery(Sql.STORED)
        .execute(Tuple.of(room))
        .onComplete(
            rows -> {
              if (head(rows) >= seq) {
                stored.complete();
              } else if (System.nanoTime() - deadline > 0) {
                stored.fail(
                    new Refusal(ErrorCode.UNAVAILABLE, "the newest events are not stored yet"));
              } else {
                long next = Math.min(pauseMs * 2, PAUSE_MS_MAX);
                vertx.setTimer(pauseMs, id -> look(room, seq, next, deadline, stored));
              }
            },
            stored::fail);
  }

  private static long head(RowSet<Row> rows) {
    Long head = rows.iterator().next().getLong(0);
    return head == null ? 0 : head;
  }
}

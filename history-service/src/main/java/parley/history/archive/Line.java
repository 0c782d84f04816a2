package parley.history.archive;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection of one's own to Postgres, for sequential code on a virtual thread. It is opened when
 * it is needed and given up when an answer does not come in time or the connection is lost: a pool
 * would hand a connection that hangs to the next caller.
 */
final class Line {
  private final Vertx vertx;
  private final PgConnectOptions options;
  private final Duration answerMax;
  // Touched by the one thread that uses the line.
  private @Nullable PgConnection connection;

  Line(Vertx vertx, PgConnectOptions options, Duration answerMax) {
    this.vertx = vertx;
    this.options =
        new PgConnectOptions(options)
            .setCachePreparedStatements(true)
            .addProperty("statement_timeout", Long.toString(answerMax.toMillis()));
    this.answerMax = answerMax;
  }

  /** Waits for the answer; a refusal of the data keeps the connection, everything else ends it. */
  RowSet<Row> run(String sql, Tuple values) throws Await.Failed, InterruptedException {
    PgConnection open = connection();
    boolean keep = false;
    try {
      RowSet<Row> rows = Await.within(answerMax, open.preparedQuery(sql).execute(values));
      keep = true;
      return rows;
    } catch (Await.Failed e) {
      keep = Refusals.isOfTheData(e.getCause());
      throw e;
    } finally {
      if (!keep) {
        close();
      }
    }
  }

  void close() {
    PgConnection open = connection;
    connection = null;
    if (open != null) {
      // Whether the goodbye arrives matters to nobody.
      open.close().onFailure(lost -> {});
    }
  }

  private PgConnection connection() throws Await.Failed, InterruptedException {
    PgConnection open = connection;
    if (open == null) {
      Future<PgConnection> connecting = PgConnection.connect(vertx, options);
      try {
        open = Await.within(answerMax, connecting);
      } catch (Await.Failed e) {
        connecting.onSuccess(SqlConnection::close);
        throw e;
      }
      connection = open;
    }
    return open;
  }
}

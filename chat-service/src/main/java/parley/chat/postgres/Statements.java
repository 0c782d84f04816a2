package parley.chat.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prepared statements on one connection (inside a transaction) or on the pool. */
public final class Statements {
  private final SqlClient client;

  Statements(SqlClient client) {
    this.client = client;
  }

  public <T> List<T> list(String sql, Function<Row, T> each, @Nullable Object... values) {
    List<T> all = new ArrayList<>();
    run(sql, values).forEach(row -> all.add(each.apply(row)));
    return all;
  }

  /** The first row, or null if there is none. */
  public <T> @Nullable T first(String sql, Function<Row, T> each, @Nullable Object... values) {
    RowIterator<Row> rows = run(sql, values).iterator();
    return rows.hasNext() ? each.apply(rows.next()) : null;
  }

  /** Runs a change and says how many rows it touched. */
  public int change(String sql, @Nullable Object... values) {
    return run(sql, values).rowCount();
  }

  private RowSet<Row> run(String sql, @Nullable Object... values) {
    return Future.await(client.preparedQuery(sql).execute(Tuple.wrap(values)));
  }
}

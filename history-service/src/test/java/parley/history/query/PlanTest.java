package parley.history.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;
import parley.history.Trial;

/** No query reads more than it answers, however long a room's history is. */
class PlanTest {
  private static final String BIG = "'big'";

  /** Rows that a page of 50 may touch: itself twice over, with its edits and reactions. */
  private static final long PAGE_ROWS_MAX = 400;

  @Test
  void queries_walk_indexes_in_a_hundred_thousand_rows() {
    assertPlans(100_000);
  }

  @Test
  @Tag("full")
  void queries_walk_indexes_in_a_million_rows() {
    assertPlans(1_000_000);
  }

  private static void assertPlans(int rows) {
    Vertx vertx = Vertx.vertx();
    PostgresAddress address = PostgresAddress.of(Backing.freshDatabase());
    Trial.await(Postgres.migrate(vertx, address, "history", "parley/history/migrations"));
    Pool filling =
        Postgres.pool(
            vertx, address, Postgres.Options.of("plans").statementWithin(Duration.ofMinutes(5)));
    Pools pools = Pools.open(vertx, address, 2);
    Pool pool = pools.walking();
    try {
      fill(filling, rows);
      long middle = rows / 2;
      bounded(pool, Sql.OLDER, PAGE_ROWS_MAX, BIG, middle, 51, "'ann'");
      bounded(pool, Sql.OLDER, PAGE_ROWS_MAX, BIG, Long.MAX_VALUE, 51, "'ann'");
      bounded(pool, Sql.NEWER, PAGE_ROWS_MAX, BIG, middle, 51, "'ann'");
      bounded(pool, Sql.NEWER, PAGE_ROWS_MAX, BIG, 0, 51, "'ann'");
      bounded(pool, Sql.EVENTS, PAGE_ROWS_MAX, BIG, middle, middle + 1_000, 200);
      bounded(pool, Sql.ANCHOR, 4_200, BIG, middle, 4_096);
      bounded(pool, Sql.MESSAGE, 10, BIG, middle, "'ann'");
      bounded(pool, Sql.STORED, 10, BIG);
      bounded(pool, Sql.HEADS, 100, "array['big', 'room-1', 'room-2', 'nowhere']");
      bounded(
          pool,
          Sql.UNREAD,
          5_000,
          "'ann'",
          "array['big', 'room-1', 'room-2']",
          1_000,
          "array['room-1']");
      bounded(pool, Sql.FLOOR_AND_FENCE, 100, 1);
      bounded(pool, Sql.SEQ_OF_CHANGE, 10, BIG, "'outbox.k'");
      // A rare word comes from the index of words, a frequent one from walking back from the
      // newest.
      String rare = "'''#big'' & rare'";
      JsonObject plan =
          bounded(
              pools.searching(),
              Sql.FOUND,
              5_000,
              BIG,
              Long.MAX_VALUE,
              50,
              rare,
              "'rare'",
              1_000,
              "'ann'");
      assertThat(plan.encode()).contains("search");
      bounded(
          pools.searching(),
          Sql.FOUND,
          12_000,
          BIG,
          Long.MAX_VALUE,
          50,
          "'''#big'' & common'",
          "'common'",
          1_000,
          "'ann'");
    } finally {
      vertx.close().await();
    }
  }

  /** Every second row in one room, a tenth of it reactions, one rare word in ten thousand. */
  private static void fill(Pool pool, int rows) {
    execute(
        pool,
        """
        INSERT INTO history.event (room, seq, prev, pos, kind, author, target, json, search)
        SELECT CASE WHEN i %% 2 = 0 THEN 'big' ELSE 'room-' || i %% 500 END, i, i - 1, i,
          CASE WHEN i %% 10 = 0 THEN 6 ELSE 1 END, 'user-' || i %% 100, CASE WHEN i %% 10 = 0 THEN i - 2 END,
          '{"seq":' || i || '}',
          CASE WHEN i %% 10 <> 0 THEN ('''#' || CASE WHEN i %% 2 = 0 THEN 'big' ELSE 'room-' || i %% 500 END
            || ''' common:1 word' || i %% 1000 || ':2' || CASE WHEN i %% 10000 = 2 THEN ' rare:3' ELSE '' END)::tsvector END
        FROM generate_series(1, %d) i
        """
            .formatted(rows));
    execute(
        pool,
        "INSERT INTO history.reaction_count SELECT 'big', i, '👍', 1 FROM generate_series(2, "
            + rows
            + ", 10) i");
    execute(
        pool,
        "INSERT INTO history.reaction SELECT 'big', i, '👍', 'ann' FROM generate_series(2, "
            + rows
            + ", 10) i");
    execute(
        pool,
        "INSERT INTO history.edit SELECT 'big', i, i + 1, '{}' FROM generate_series(2, "
            + rows
            + ", 20) i");
    execute(pool, "INSERT INTO history.shard (shard) SELECT generate_series(0, 63)");
    execute(
        pool,
        "VACUUM ANALYZE history.event, history.edit, history.reaction, history.reaction_count,"
            + " history.read_mark");
  }

  private static void execute(Pool pool, String sql) {
    try {
      pool.query(sql).execute().await(5, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Runs the query, planned for these values and planned for any, and sums up the rows that its
   * scans touched, those that were filtered out too.
   */
  private static JsonObject bounded(Pool pool, String sql, long rowsMax, Object... values) {
    String literals = Stream.of(values).map(String::valueOf).collect(Collectors.joining(", "));
    JsonObject plan = null;
    SqlConnection connection = Trial.await(pool.getConnection());
    for (String mode : List.of("force_generic_plan", "force_custom_plan")) {
      boolean own =
          Trial.await(connection.query("SHOW plan_cache_mode").execute())
              .iterator()
              .next()
              .getString(0)
              .equals("force_custom_plan");
      if (own && mode.equals("force_generic_plan")) {
        continue;
      }
      Trial.await(connection.query("SET plan_cache_mode = " + mode).execute());
      Trial.await(connection.query("PREPARE asked AS " + sql).execute());
      String explain = "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked(" + literals + ")";
      for (Row row : Trial.await(connection.query(explain).execute())) {
        plan = ((JsonArray) row.getValue(0)).getJsonObject(0).getJsonObject("Plan");
      }
      Trial.await(connection.query("DEALLOCATE asked").execute());
      assertBounded(plan, mode + ": " + sql, rowsMax);
      if (!own) {
        Trial.await(connection.query("RESET plan_cache_mode").execute());
      }
    }
    Trial.await(connection.close());
    return plan;
  }

  private static void assertBounded(JsonObject plan, String what, long rowsMax) {
    List<JsonObject> scans = new ArrayList<>();
    collect(plan, scans);
    long touched = 0;
    StringBuilder told = new StringBuilder();
    for (JsonObject scan : scans) {
      double loops = scan.getDouble("Actual Loops");
      double rows = scan.getDouble("Actual Rows") + scan.getDouble("Rows Removed by Filter", 0.0);
      touched += Math.round(loops * rows);
      boolean sequential = scan.getString("Node Type").equals("Seq Scan") && loops > 0;
      String table = scan.getString("Relation Name", "");
      assertThat(sequential && table.startsWith("event")).as("%s in %s", scan, what).isFalse();
      if (rows > 0) {
        told.append(
            "%n%s of %s %s: %.0f times %.0f"
                .formatted(
                    scan.getString("Node Type"),
                    table,
                    scan.getString("Index Name", ""),
                    loops,
                    rows));
      }
    }
    assertThat(touched).as("rows touched by %s%s", what, told).isLessThanOrEqualTo(rowsMax);
  }

  private static void collect(JsonObject node, List<JsonObject> scans) {
    if (node.getString("Node Type").contains("Scan") && node.containsKey("Relation Name")) {
      scans.add(node);
    }
    JsonArray below = node.getJsonArray("Plans", new JsonArray());
    for (int i = 0; i < below.size(); i++) {
      collect(below.getJsonObject(i), scans);
    }
  }
}

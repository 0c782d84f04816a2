package parley.history.query;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;

/**
 * Connections of the reading side. Rooms differ by a factor of a million in size, so plans made for
 * an average room are wrong for the big ones: those that walk an index from a key on are told to do
 * just that, and a search is planned for its words each time.
 */
public record Pools(Pool walking, Pool searching) {
  private static final Duration STATEMENT_MAX = Duration.ofSeconds(3);

  public static Pools open(Vertx vertx, PostgresAddress postgres, int connectionsMax) {
    return new Pools(
        Postgres.pool(
            vertx,
            postgres,
            options("history-walking", connectionsMax)
                .setting("enable_bitmapscan", "off")
                .setting("enable_sort", "off")),
        Postgres.pool(
            vertx,
            postgres,
            options("history-searching", Math.max(1, connectionsMax / 2))
                .setting("plan_cache_mode", "force_custom_plan")));
  }

  private static Postgres.Options options(String name, int connectionsMax) {
    return Postgres.Options.of(name).connectionsMax(connectionsMax).statementWithin(STATEMENT_MAX);
  }

  public Future<Void> close() {
    return walking.close().eventually(searching::close);
  }
}

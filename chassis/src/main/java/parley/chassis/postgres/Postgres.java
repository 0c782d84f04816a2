package parley.chassis.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The way to one database: its schema brought up to date first, then a pool of connections. */
public final class Postgres {

  private static final int PREPARED_STATEMENTS_MAX = 256;
  private static final int PIPELINED_MAX = 64;
  private static final int CONNECT_RETRIES = 8;
  private static final int RETRY_SECONDS_MAX = 2;
  private static final Duration FIRST_ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(200);

  /**
   * How a pool behaves.
   *
   * @param application the pool's name: Postgres shows it beside each connection, and the pool's
   *     meters bear it
   * @param connectionsMax connections at once
   * @param waitersMax who waits for a connection at once; one more fails immediately
   * @param connectWithin how long a caller waits for a connection
   * @param statementWithin how long Postgres works on one statement before it gives it up
   * @param settings of Postgres for these connections, such as those of its planner
   */
  public record Options(
      String application,
      int connectionsMax,
      int waitersMax,
      Duration connectWithin,
      Duration statementWithin,
      Map<String, String> settings) {

    public Options {
      settings = Map.copyOf(settings);
    }

    public static Options of(String application) {
      return new Options(
          application, 8, 1_000, Duration.ofSeconds(3), Duration.ofSeconds(10), Map.of());
    }

    public Options connectionsMax(int bound) {
      return new Options(application, bound, waitersMax, connectWithin, statementWithin, settings);
    }

    public Options statementWithin(Duration bound) {
      return new Options(application, connectionsMax, waitersMax, connectWithin, bound, settings);
    }

    public Options setting(String name, String value) {
      Map<String, String> more = new HashMap<>(settings);
      more.put(name, value);
      return new Options(
          application, connectionsMax, waitersMax, connectWithin, statementWithin, more);
    }
  }

  private Postgres() {}

  public static Pool pool(Vertx vertx, PostgresAddress address, Options options) {
    PgConnectOptions connect = address.connectOptions();
    connect
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(PREPARED_STATEMENTS_MAX)
        .setPipeliningLimit(PIPELINED_MAX)
        .setProperties(properties(connect.getProperties(), options));
    PoolOptions pool =
        new PoolOptions()
            .setName(options.application())
            .setMaxSize(options.connectionsMax())
            .setMaxWaitQueueSize(options.waitersMax())
            .setConnectionTimeout(Math.toIntExact(options.connectWithin().toMillis()))
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return PgBuilder.pool()
        .with(pool)
        .with(new NetClientOptions().setTcpKeepAlive(true))
        .connectingTo(connect)
        .using(vertx)
        .build();
  }

  /**
   * Completes when a pool has answered for the first time. A process that starts beside others on a
   * busy machine may need longer for its first connection than a caller would wait for one later;
   * ending then and starting anew would only make the machine busier.
   */
  public static Future<Void> firstAnswer(Vertx vertx, Pool pool) {
    return firstAnswer(vertx, pool, System.nanoTime() + FIRST_ANSWER_WITHIN.toNanos());
  }

  static Future<Void> firstAnswer(Vertx vertx, Pool pool, long until) {
    return pool.query("SELECT 1")
        .execute()
        .<Void>mapEmpty()
        .recover(
            e ->
                System.nanoTime() - until >= 0
                    ? Future.failedFuture(e)
                    : vertx
                        .timer(ASK_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(later -> firstAnswer(vertx, pool, until)));
  }

  /** On top of the client's own, without which the database would decide how text comes. */
  private static Map<String, String> properties(Map<String, String> own, Options options) {
    Map<String, String> properties = new HashMap<>(own);
    properties.putAll(options.settings());
    properties.put("application_name", options.application());
    properties.put("statement_timeout", Long.toString(options.statementWithin().toMillis()));
    return properties;
  }

  /**
   * Brings a schema up to date with the migrations below {@code location} on the class path; makes
   * it if it is not there. Several processes may do so at once. Waits some seconds for a Postgres
   * that only starts.
   */
  public static Future<Void> migrate(
      Vertx vertx, PostgresAddress address, String schema, String location) {
    return Migrations.areDone(vertx, address, schema, location)
        .compose(
            done ->
                done
                    ? Future.succeededFuture()
                    : vertx.executeBlocking(
                        () -> {
                          migrateNow(address, schema, location);
                          return null;
                        }));
  }

  private static void migrateNow(PostgresAddress address, String schema, String location) {
    PgConnectOptions login = address.connectOptions();
    try {
      Flyway.configure()
          .dataSource(address.jdbcUrl(), login.getUser(), login.getPassword())
          .connectRetries(CONNECT_RETRIES)
          .connectRetriesInterval(RETRY_SECONDS_MAX)
          .callbacks(new Utf8Only())
          .schemas(schema)
          .defaultSchema(schema)
          .locations("classpath:" + location)
          .failOnMissingLocations(true)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "the schema '%s' at %s cannot be brought up to date: %s"
              .formatted(schema, address, firstLines(e)),
          e);
    }
  }

  private static String firstLines(FlywayException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
  }
}

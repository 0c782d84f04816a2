package parley.history;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import parley.backing.Backing;
import parley.backing.PostgresServer;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;
import parley.history.query.Cursor;
import parley.history.query.Page;
import parley.history.query.PageRequest;
import parley.history.query.PageRequest.Span;
import parley.history.query.Pages;
import parley.history.query.Pools;

/**
 * How long a page of 50 messages takes inside the service, out of one room with so many rows.
 *
 * <p>{@code java -cp <test class path> parley.history.PageBench [rows] [pages]}
 */
final class PageBench {
  private static final int FILLED_AT_ONCE = 250_000;

  private PageBench() {}

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int pages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5_000;
    Path data = Files.createTempDirectory("parley-page-bench");
    Vertx vertx = Vertx.vertx();
    try (PostgresServer postgres =
        Backing.postgresServer()
            .data(data.resolve("postgres"))
            .config("shared_buffers", "512MB")
            .config("max_wal_size", "4GB")
            .start()) {
      PostgresAddress address = PostgresAddress.of(postgres.url());
      Trial.await(Postgres.migrate(vertx, address, "history", "parley/history/migrations"));
      fill(vertx, address, rows);
      Pools pools = Pools.open(vertx, address, 4);
      Pages service = new Pages(vertx, pools, room -> Future.succeededFuture(0L));
      measure("warm-up", service, rows, pages / 2, false);
      measure("before a random message", service, rows, pages, false);
      measure("latest", service, rows, pages, true);
      Trial.await(pools.close());
    } finally {
      vertx.close().await();
    }
  }

  private static void measure(String what, Pages service, int rows, int pages, boolean latest) {
    Random random = new Random(1);
    long[] micros = new long[pages];
    for (int i = 0; i < pages; i++) {
      Span span =
          latest
              ? new Span.Latest()
              : new Span.Before(new Cursor(1_000 + random.nextInt(rows - 1_000), -1));
      long started = System.nanoTime();
      Page page = Trial.await(service.page(new PageRequest("big", span, 50)));
      micros[i] = (System.nanoTime() - started) / 1_000;
      if (page.messages().size() != 50) {
        throw new AssertionError(page.messages().size() + " messages");
      }
    }
    Arrays.sort(micros);
    System.out.printf(
        "%s, %,d rows: p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.2f ms%n",
        what,
        rows,
        micros[pages / 2] / 1e3,
        micros[pages * 9 / 10] / 1e3,
        micros[pages * 99 / 100] / 1e3,
        micros[pages - 1] / 1e3);
  }

  /** One message in twenty edited, one in ten with reactions. */
  private static void fill(Vertx vertx, PostgresAddress address, int rows) throws Exception {
    Pool pool =
        Postgres.pool(
            vertx, address, Postgres.Options.of("fill").statementWithin(Duration.ofMinutes(10)));
    for (int from = 1; from <= rows; from += FILLED_AT_ONCE) {
      int to = Math.min(rows, from + FILLED_AT_ONCE - 1);
      run(
          pool,
          """
          INSERT INTO history.event (room, seq, prev, pos, kind, author, json)
          SELECT 'big', i, i - 1, i, 1, 'user-' || i %% 1000,
            '{"seq":' || i || ',"prev":' || i - 1 || ',"pos":' || i || ',"ts":1,"type":"message","room":"big",'
            || '"from":{"id":"user","name":"Ann Example"},"text":"' || repeat(md5(i::text), 4) || '"}'
          FROM generate_series(%d, %d) i
          """
              .formatted(from, to));
    }
    run(
        pool,
        "INSERT INTO history.reaction_count SELECT 'big', i, '👍', 3 FROM generate_series(10, "
            + rows
            + ", 10) i");
    run(
        pool,
        "INSERT INTO history.edit SELECT 'big', i, i + 1, '{\"edited\":1,\"text\":\"new\"}' FROM"
            + " generate_series(10, "
            + rows
            + ", 20) i");
    run(pool, "VACUUM ANALYZE history.event, history.edit, history.reaction_count");
    Trial.await(pool.close());
  }

  private static void run(Pool pool, String sql) throws Exception {
    pool.query(sql).execute().await(10, TimeUnit.MINUTES);
  }
}

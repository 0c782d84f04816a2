package parley.history;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.backing.Backing;
import parley.backing.PostgresServer;
import parley.backing.RedisServer;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;
import parley.chassis.redis.Functions;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisOptions;
import parley.history.drain.Drain;
import parley.protocol.EventTail;
import parley.protocol.RedisKeys;
import parley.protocol.Shards;
import parley.protocol.User;

/**
 * How fast one replica drains a full log into a Postgres that syncs its commits: fills Redis,
 * starts the drain, waits until the log is empty.
 *
 * <p>{@code java -cp <test class path> parley.history.DrainBench [events] [rooms] [rounds]
 * [search|nosearch]}
 */
final class DrainBench {
  private static final int SHARDS = 64;
  private static final int PIPELINED = 5_000;

  private final RedisServer redis = Backing.redisServer().start();
  private final Vertx vertx = Vertx.vertx();
  private final RedisKeys keys = new RedisKeys(new Shards(SHARDS));
  private final BenchTexts texts = new BenchTexts(1);
  private final long[] seqs;
  private long pos = System.currentTimeMillis() * 1_000;

  private DrainBench(int rooms) {
    seqs = new long[rooms];
  }

  public static void main(String[] arguments) throws Exception {
    int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
    int rooms = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    boolean search = arguments.length < 4 || arguments[3].equals("search");
    Path data = Files.createTempDirectory("parley-drain-bench");
    PostgresServer postgres =
        Backing.postgresServer()
            .data(data.resolve("postgres"))
            .config("shared_buffers", "512MB")
            .config("max_wal_size", "4GB")
            .config("checkpoint_timeout", "15min")
            .start();
    DrainBench bench = new DrainBench(rooms);
    try {
      bench.run(postgres, events, rounds, search);
    } finally {
      bench.vertx.close().await();
      bench.redis.close();
      postgres.close();
    }
  }

  private void run(PostgresServer postgres, int events, int rounds, boolean search)
      throws Exception {
    PostgresAddress address = PostgresAddress.of(postgres.url());
    Trial.await(Postgres.migrate(vertx, address, "history", "parley/history/migrations"));
    Pool pool = Postgres.pool(vertx, address, Postgres.Options.of("bench"));
    Trial.await(
        pool.query(
                "INSERT INTO history.shard (shard) SELECT generate_series(0, " + (SHARDS - 1) + ")")
            .execute());
    if (!search) {
      Trial.await(pool.query("DROP INDEX history.event_words").execute());
    }
    RedisOptions options = RedisOptions.of(RedisAddress.of(redis.url()));
    List<RedisLink> reading =
        List.of(RedisLink.open(vertx, options), RedisLink.open(vertx, options));
    RedisLink commands = RedisLink.open(vertx, options.prepare(Functions::load));
    Trial.await(commands.whenUp());
    for (int round = 1; round <= rounds; round++) {
      fill(commands, events);
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      long cpu = cpuNanos();
      double postgresCpu = postgresCpuSeconds(pool);
      long started = System.nanoTime();
      Drain drain =
          Drain.start(
              vertx, address.connectOptions(), "bench-" + round, keys, reading, commands, meters);
      while (meters.find("parley_events_stored_total").counter() == null
          || meters.counter("parley_events_stored_total").count() < events) {
        Thread.sleep(5);
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      double postgresSeconds = postgresCpuSeconds(pool) - postgresCpu;
      drain.stop();
      System.gc();
      System.out.printf(
          "round %d: %,d events in %.2f s: %,.0f events/s; batch %.0f entries, commit %.1f ms on"
              + " average; CPU of this process %.2f s, of Postgres %.2f s; heap after GC %d MiB%n",
          round,
          events,
          seconds,
          events / seconds,
          meters.summary("parley_commit_entries").mean(),
          meters.timer("parley_commit_seconds").mean(TimeUnit.MILLISECONDS),
          cpuSeconds,
          postgresSeconds,
          (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
    }
    Trial.await(pool.close());
  }

  /** Of the processes that serve connections and write in the background, where /proc tells it. */
  private static double postgresCpuSeconds(Pool pool) throws IOException {
    long ticks = 0;
    for (Row row : Trial.await(pool.query("SELECT pid FROM pg_stat_activity").execute())) {
      Path stat = Path.of("/proc/" + row.getInteger(0) + "/stat");
      if (Files.exists(stat)) {
        String[] fields = Files.readString(stat).replaceFirst("^.*\\) ", "").split(" ");
        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      }
    }
    return ticks / 100.0;
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private void fill(RedisLink link, int events) {
    User user = new User("user-17", "Ann Example");
    List<Request> batch = new ArrayList<>(PIPELINED);
    for (int i = 0; i < events; i++) {
      int index = i % seqs.length;
      String room = "room-" + index;
      long prev = seqs[index];
      long seq = prev == 0 ? (1L << 32) + 1 : prev + 1;
      seqs[index] = seq;
      pos++;
      String json =
          "{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":%d,%s"
              .formatted(
                  seq,
                  prev,
                  pos,
                  pos / 1_000,
                  new EventTail.Message(room, user, texts.next(), null, null, "k" + i).json());
      batch.add(
          Request.cmd(Command.XADD)
              .arg(keys.room(room).shard().log())
              .arg(pos + "-0")
              .arg("e")
              .arg(room + "\n" + json));
      if (batch.size() == PIPELINED || i == events - 1) {
        List<Future<Response>> answers = link.batch(batch);
        answers.forEach(Trial::await);
        batch = new ArrayList<>(PIPELINED);
      }
    }
  }
}

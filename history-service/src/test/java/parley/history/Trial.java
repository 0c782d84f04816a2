package parley.history;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import parley.backing.Backing;
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
import parley.protocol.RoomKind;
import parley.protocol.Shards;
import parley.protocol.User;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;
import parley.protocol.functions.Clock;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.Load;
import parley.protocol.functions.Mark;
import parley.protocol.functions.Open;

/** A Redis with opened shards and a migrated database for one test, and what writes into them. */
public final class Trial implements AutoCloseable {
  public static final int SHARDS = 8;
  public static final User ANN = new User("ann", "Ann");
  public static final User BOB = new User("bob", "Bob");

  private static final String MIGRATIONS = "parley/history/migrations";
  private static String template;
  private static int copies;

  public final Vertx vertx = Vertx.vertx();
  public final RedisServer redis;
  public final String postgresUrl;
  public final PostgresAddress postgres;
  public final RedisKeys keys = new RedisKeys(new Shards(SHARDS));
  public final Pool pool;
  public final RedisLink link;
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Set<String> loaded = new HashSet<>();
  private final List<Drain> drains = new ArrayList<>();
  private long epoch;

  public Trial() {
    this(Backing.redisServer().appendOnly().start(), database());
  }

  public Trial(RedisServer redis, String postgresUrl) {
    this.redis = redis;
    this.postgresUrl = postgresUrl;
    this.postgres = PostgresAddress.of(postgresUrl);
    await(Postgres.migrate(vertx, postgres, "history", MIGRATIONS));
    this.pool = Postgres.pool(vertx, postgres, Postgres.Options.of("test"));
    sql("INSERT INTO history.shard (shard) SELECT generate_series(0, " + (SHARDS - 1) + ")");
    this.link = link();
    await(link.whenUp());
    open();
  }

  /** A database of one's own: a copy of one that was migrated once. */
  private static synchronized String database() {
    Vertx vertx = Vertx.vertx();
    try {
      if (template == null) {
        String fresh = Backing.freshDatabase();
        await(Postgres.migrate(vertx, PostgresAddress.of(fresh), "history", MIGRATIONS));
        template = fresh;
      }
      String name = nameOf(template) + "_" + ++copies;
      PostgresAddress server = PostgresAddress.of(Backing.postgres().url());
      Pool pool = Postgres.pool(vertx, server, Postgres.Options.of("copy"));
      await(pool.query("CREATE DATABASE " + name + " TEMPLATE " + nameOf(template)).execute());
      await(pool.close());
      return template.substring(0, template.lastIndexOf('/') + 1) + name;
    } finally {
      vertx.close().await();
    }
  }

  private static String nameOf(String url) {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.await(90, SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no answer within 90 s", e);
    }
  }

  public RedisLink link() {
    return RedisLink.open(
        vertx, RedisOptions.of(RedisAddress.of(redis.url())).prepare(Functions::load));
  }

  /** Starts a replica's drain; stopped when the trial ends. */
  public Drain drain(String replica) {
    Drain drain =
        Drain.start(
            vertx,
            postgres.connectOptions(),
            replica + UUID.randomUUID(),
            keys,
            List.of(link(), link()),
            link(),
            meters);
    drains.add(drain);
    return drain;
  }

  /** Opens all shards under the next epoch. */
  public void open() {
    epoch++;
    loaded.clear();
    String fence = Clock.reply(call(Clock.call())).fence();
    for (int shard = 0; shard < SHARDS; shard++) {
      Open.Opening opening = new Open.Opening(fence, epoch, 0, 0, 1_000_000, 1L << 30);
      Open.Reply reply = Open.reply(call(Open.call(keys.shard(shard), opening)));
      if (!(reply instanceof Open.Reply.Ok)) {
        throw new AssertionError(reply);
      }
    }
  }

  public AppendReply.Ok say(String room, User from, String text) {
    return append(new EventTail.Message(room, from, text, null, null, null));
  }

  public AppendReply.Ok append(EventTail tail) {
    return append(tail.room(), tail.json());
  }

  public AppendReply.Ok append(String room, String tailJson) {
    load(room);
    Append.Key key = new Append.Key.Own("~" + UUID.randomUUID());
    AppendReply reply =
        Append.reply(
            call(Append.service(keys.room(room), "ann", key, tailJson, Append.Change.NONE)));
    if (reply instanceof AppendReply.Ok ok) {
      return ok;
    }
    throw new AssertionError(reply);
  }

  public void read(String room, String user, long seq) {
    load(room);
    AppendReply reply =
        Mark.reply(call(Mark.call(keys.room(room), user, false, seq, "~read - {}")));
    if (!(reply instanceof AppendReply.Ok)) {
      throw new AssertionError(reply);
    }
  }

  public List<Row> sql(String sql, Object... values) {
    List<Row> rows = new ArrayList<>();
    await(pool.preparedQuery(sql).execute(Tuple.wrap(values))).forEach(rows::add);
    return rows;
  }

  public long number(String sql, Object... values) {
    Number number = (Number) sql(sql, values).getFirst().getValue(0);
    return number == null ? 0 : number.longValue();
  }

  public long logged() {
    long entries = 0;
    for (int shard = 0; shard < SHARDS; shard++) {
      entries += Long.parseLong(redis.command("XLEN", keys.shard(shard).log()));
    }
    return entries;
  }

  public List<?> call(FunctionCall call) {
    return await(link.whenUp().compose(up -> Functions.call(link, call)));
  }

  private void load(String room) {
    if (loaded.add(room)) {
      Load.Snapshot snapshot = new Load.Snapshot(1, 0, 0, RoomKind.OPEN, 0, false, Map.of());
      Load.Reply reply = Load.reply(call(Load.call(keys.room(room), epoch, snapshot)));
      if (!(reply instanceof Load.Reply.Ok)) {
        throw new AssertionError(reply);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Drain drain : drains) {
      drain.stop();
    }
    vertx.close().await();
    redis.close();
  }
}

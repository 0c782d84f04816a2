package parley.history;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import parley.chassis.http.InternalClient;
import parley.chassis.metrics.LoopDelay;
import parley.chassis.metrics.ProcessMeasures;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;
import parley.chassis.redis.Functions;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisOptions;
import parley.history.archive.Retention;
import parley.history.drain.Drain;
import parley.history.http.HistoryHttp;
import parley.history.query.Pages;
import parley.history.query.Pools;
import parley.history.query.Rooms;
import parley.protocol.RedisKeys;
import parley.protocol.Shards;
import parley.protocol.functions.Forget;

/**
 * history-service as a whole: drains the log into Postgres and serves what is there. Any number may
 * run.
 */
public final class HistoryService {
  private static final String MIGRATIONS = "parley/history/migrations";
  private static final Duration CHAT_ANSWERS_WITHIN = Duration.ofSeconds(2);

  /** Commits at once: Postgres works on each with one processor. */
  private static final int LANES = 2;

  /** The first process decides; whoever comes with another number is refused. */
  private static final String AGREE_ON_SHARDS =
      "INSERT INTO history.meta AS m (shards) VALUES ($1)"
          + " ON CONFLICT (one) DO UPDATE SET shards = m.shards RETURNING shards";

  private static final String MAKE_SHARDS =
      "INSERT INTO history.shard (shard) SELECT generate_series(0, $1 - 1) ON CONFLICT DO NOTHING";

  private final Vertx vertx;
  private final Pools pools;
  private final List<RedisLink> reading;
  private final RedisLink commands;
  private final InternalClient chat;
  private final Drain drain;
  private final Sweeper sweeper;
  private final HttpServer server;

  private HistoryService(
      Vertx vertx,
      Pools pools,
      List<RedisLink> reading,
      RedisLink commands,
      InternalClient chat,
      Drain drain,
      Sweeper sweeper,
      HttpServer server) {
    this.vertx = vertx;
    this.pools = pools;
    this.reading = reading;
    this.commands = commands;
    this.chat = chat;
    this.drain = drain;
    this.sweeper = sweeper;
    this.server = server;
  }

  /** Needs Postgres to start; Redis and chat-service may come later. */
  public static Future<HistoryService> start(
      Vertx vertx, HistorySettings settings, MeterRegistry registry) {
    PostgresAddress postgres = settings.postgres();
    Pools pools = Pools.open(vertx, postgres, settings.connectionsMax());
    return Postgres.migrate(vertx, postgres, "history", MIGRATIONS)
        .compose(migrated -> Postgres.firstAnswer(vertx, pools.walking()))
        .compose(answered -> agreeOnShards(pools.walking(), settings.common().shards()))
        .compose(agreed -> serve(vertx, settings, postgres, pools, registry))
        .recover(e -> pools.close().transform(closed -> Future.failedFuture(e)));
  }

  private static Future<HistoryService> serve(
      Vertx vertx,
      HistorySettings settings,
      PostgresAddress postgres,
      Pools pools,
      MeterRegistry registry) {
    RedisKeys keys = new RedisKeys(new Shards(settings.common().shards()));
    RedisOptions redis = RedisOptions.of(RedisAddress.of(settings.common().redis()));
    List<RedisLink> reading =
        Stream.generate(() -> RedisLink.open(vertx, redis)).limit(LANES).toList();
    RedisLink commands = RedisLink.open(vertx, redis.prepare(Functions::load));
    Counter reconnects = ProcessMeasures.REDIS_RECONNECTS.in(registry);
    Stream.concat(reading.stream(), Stream.of(commands))
        .forEach(link -> link.onDown(reconnects::increment));
    LoopDelay.watch(vertx, registry);
    InternalClient chat =
        InternalClient.open(
            vertx,
            settings.chatAddresses(),
            settings.common().clusterSecret(),
            CHAT_ANSWERS_WITHIN);
    Pages pages = new Pages(vertx, pools, room -> head(commands, keys, room));
    return HistoryHttp.listen(
            vertx,
            settings.common().host(),
            settings.port(),
            settings.common().clusterSecret(),
            pages,
            new Rooms(pools),
            chat,
            registry)
        .map(
            server -> {
              Drain drain =
                  Drain.start(
                      vertx,
                      postgres.connectOptions(),
                      UUID.randomUUID().toString(),
                      keys,
                      reading,
                      commands,
                      registry);
              Retention retention =
                  new Retention(
                      vertx,
                      postgres.connectOptions(),
                      Duration.ofDays(settings.keepDays()),
                      (room, before) ->
                          Functions.call(commands, Forget.call(keys.room(room), before))
                              .map(Forget::reply));
              Sweeper sweeper =
                  new Sweeper(retention, settings.sweepEvery(), () -> drain.held().containsKey(0));
              sweeper.start();
              return new HistoryService(
                  vertx, pools, reading, commands, chat, drain, sweeper, server);
            });
  }

  /** Stops answering, finishes the batch under way, gives the shards back. */
  public Future<Void> stop() {
    return server
        .close()
        .compose(closed -> vertx.executeBlocking(this::stopDraining))
        .eventually(this::closeLinks)
        .eventually(pools::close);
  }

  /** As {@code kill -9} would end it, for tests: no shard is given back. */
  public Future<Void> kill() {
    drain.kill();
    sweeper.stop();
    return server.close().eventually(this::closeLinks).eventually(pools::close).mapEmpty();
  }

  public int port() {
    return server.actualPort();
  }

  /** Succeeds while Postgres answers and Redis is connected. */
  public Future<Void> ready() {
    return commands.isUp()
        ? pools.walking().query("SELECT 1").execute().mapEmpty()
        : Future.failedFuture("Redis is not connected");
  }

  private Future<?> closeLinks() {
    List<Future<?>> closing = new ArrayList<>();
    reading.forEach(link -> closing.add(link.close()));
    closing.add(commands.close());
    closing.add(chat.close());
    return Future.join(closing);
  }

  private Void stopDraining() throws InterruptedException {
    sweeper.stop();
    drain.stop();
    return null;
  }

  private static Future<Long> head(RedisLink link, RedisKeys keys, String room) {
    return link.send(Request.cmd(Command.HGET).arg(keys.room(room).hash()).arg("head"))
        .map((Response head) -> head == null ? 0L : head.toLong());
  }

  private static Future<Void> agreeOnShards(Pool pool, int shards) {
    return pool.preparedQuery(AGREE_ON_SHARDS)
        .execute(Tuple.of(shards))
        .compose(
            rows -> {
              int agreed = rows.iterator().next().getInteger(0);
              return agreed == shards
                  ? pool.preparedQuery(MAKE_SHARDS).execute(Tuple.of(shards)).mapEmpty()
                  : Future.failedFuture(
                      new IllegalStateException(
                          "the history was stored with %d shards and PARLEY_SHARDS is %d; set it to %d"
                              .formatted(agreed, shards, agreed)));
            });
  }
}

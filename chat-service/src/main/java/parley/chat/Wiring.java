package parley.chat;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import parley.chassis.http.InternalClient;
import parley.chassis.lifecycle.StartException;
import parley.chassis.metrics.LoopDelay;
import parley.chassis.metrics.ProcessMeasures;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;
import parley.chassis.redis.Fitness;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisOptions;
import parley.chassis.token.TokenSigner;
import parley.chassis.token.TokenVerifier;
import parley.chat.http.ChatHttp;
import parley.chat.http.ChatHttp.Contract;
import parley.chat.http.Internal;
import parley.chat.http.Operations;
import parley.chat.moderation.Mentions;
import parley.chat.moderation.Messages;
import parley.chat.moderation.Moderation;
import parley.chat.moderation.Pins;
import parley.chat.outbox.Outbox;
import parley.chat.outbox.OutboxMetrics;
import parley.chat.outbox.Relay;
import parley.chat.peers.Gateways;
import parley.chat.peers.History;
import parley.chat.people.Guests;
import parley.chat.people.Profiles;
import parley.chat.postgres.Database;
import parley.chat.redis.Functions;
import parley.chat.redis.Notices;
import parley.chat.rooms.DirectRooms;
import parley.chat.rooms.Invitations;
import parley.chat.rooms.Members;
import parley.chat.rooms.RoomChanges;
import parley.chat.rooms.RoomLists;
import parley.chat.rooms.RoomLoader;
import parley.chat.rooms.Rooms;
import parley.chat.shards.Appends;
import parley.chat.shards.ClockFloor;
import parley.chat.shards.Healing;
import parley.chat.shards.LogBudget;
import parley.chat.shards.Nodes;
import parley.chat.shards.Opener;
import parley.chat.shards.Past;
import parley.chat.shards.ShardMetrics;
import parley.chat.tokens.Callers;
import parley.chat.tokens.Revocations;
import parley.chat.tokens.ServerKeys;
import parley.chat.tokens.Tokens;
import parley.protocol.RedisKeys;
import parley.protocol.Shards;

/** Puts the parts of one replica together, starts them in order and stops them in reverse. */
final class Wiring extends VerticleBase {
  private static final int REQUESTS_TO_A_PEER_MAX = 64;

  /** For everything that holds a connection only for its own statements. */
  private static final int CONNECTIONS = 10;

  /** An opening holds a connection while gateways are asked, so openings have their own. */
  private static final int CONNECTIONS_FOR_OPENINGS = 16;

  /** So does a relay while Redis is asked; and it may need an opening. */
  private static final int CONNECTIONS_FOR_RELAYS = 4;

  private final ChatSettings settings;
  private final MeterRegistry registry;
  private final ArrayDeque<Supplier<Future<?>>> stops = new ArrayDeque<>();
  private @Nullable HttpServer server;
  private Supplier<Future<?>> ready = () -> Future.failedFuture("it has not started");

  Wiring(ChatSettings settings, MeterRegistry registry) {
    this.settings = settings;
    this.registry = registry;
  }

  int port() {
    return Objects.requireNonNull(server).actualPort();
  }

  @Override
  public Future<?> start() {
    PostgresAddress address = settings.postgres();
    Future<Contract> contract = Contract.load(vertx);
    Future<TokenVerifier> verifier = TokenVerifier.open(vertx, settings.tokens());
    Future.await(Postgres.migrate(vertx, address, "chat", "db/chat"));
    Database database = database(address, "chat", CONNECTIONS);
    mustHaveAsManyShards(database);
    RedisLink link =
        RedisLink.open(
            vertx,
            RedisOptions.of(RedisAddress.of(settings.common().redis()))
                .prepare(Fitness::check)
                .prepare(parley.chassis.redis.Functions::load));
    stops.push(link::close);
    link.onDown(ProcessMeasures.REDIS_RECONNECTS.in(registry)::increment);
    LoopDelay.watch(vertx, registry);
    Functions functions = new Functions(new RedisAdapter(link));
    ready = () -> link.isUp() ? database.answers() : Future.failedFuture("Redis is not connected");
    serve(database, address, functions, Future.await(verifier), Future.await(contract));
    return Future.succeededFuture();
  }

  private void serve(
      Database database,
      PostgresAddress address,
      Functions functions,
      TokenVerifier verifier,
      Contract contract) {
    stops.push(verifier::close);
    Shards shards = new Shards(settings.common().shards());
    RedisKeys keys = new RedisKeys(shards);
    HttpClient client = client(vertx);
    stops.push(client::close);
    String secret = settings.common().clusterSecret().reveal();
    InternalClient historyClient =
        InternalClient.open(
            vertx, settings.history(), settings.common().clusterSecret(), History.ANSWER_WITHIN);
    stops.push(historyClient::close);
    History history = new History(historyClient);
    Nodes nodes = new Nodes(database, functions);
    ShardMetrics shardMetrics = new ShardMetrics(registry);
    Healing healing =
        new Healing(
            functions,
            keys,
            nodes,
            new Gateways(client, secret),
            history,
            new ClockFloor(database, functions, keys),
            shardMetrics);
    Opener opener =
        new Opener(
            database(address, "chat-opening", CONNECTIONS_FOR_OPENINGS),
            functions,
            keys,
            healing,
            new LogBudget(settings.logEntriesMax(), settings.logBytesMax()),
            shardMetrics);
    Past past = new Past(vertx, functions, keys, history);
    RoomLoader loader =
        new RoomLoader(
            database, functions, keys, opener, history, past, shardMetrics, settings.createRooms());
    Appends appends = new Appends(functions, keys, opener, loader);
    Relay relay =
        new Relay(
            vertx,
            database(address, "chat-relay", CONNECTIONS_FOR_RELAYS),
            shards,
            appends,
            past,
            new OutboxMetrics(registry));
    RoomChanges changes = new RoomChanges(database, new Outbox(shards), relay);
    Notices notices = new Notices(functions, keys);
    Rooms rooms = new Rooms(database, changes);
    Revocations revocations = new Revocations(database, notices);
    revocations.refresh();
    ServerKeys serverKeys = new ServerKeys(database, revocations);
    Tokens tokens = new Tokens(verifier, TokenSigner.of(settings.tokens()).orElse(null));
    Callers callers = new Callers(tokens, serverKeys, revocations, settings.tokens().admins());
    Operations operations =
        new Operations(
            rooms,
            new RoomLists(database, history),
            new Members(database, changes),
            new Invitations(database, changes, notices),
            new DirectRooms(database, changes),
            new Moderation(changes),
            new Pins(rooms, changes, history),
            new Messages(rooms, history, appends),
            new Profiles(database),
            new Guests(database, tokens, settings.guests()),
            revocations,
            serverKeys);
    Internal internal =
        new Internal(
            settings.common().clusterSecret()::matches,
            settings.common().shards(),
            opener,
            loader,
            rooms,
            nodes,
            new Mentions(functions, keys, notices, rooms),
            revocations,
            callers);
    ChatHttp http = new ChatHttp(contract, operations, internal, callers, registry);
    server = Future.await(http.listen(vertx, settings.common().host(), settings.port()));
    stops.push(() -> Objects.requireNonNull(server).close());
    keepHouse(relay, revocations, nodes);
  }

  private void keepHouse(Relay relay, Revocations revocations, Nodes nodes) {
    Housekeeping housekeeping = new Housekeeping(vertx);
    housekeeping.every(Duration.ofMillis(250), "relaying the outbox", relay::sweep);
    housekeeping.every(Duration.ofMillis(300), "reading revocations", revocations::refresh);
    housekeeping.every(
        Duration.ofMinutes(10),
        "forgetting what is old",
        () -> {
          nodes.forgetOld();
          revocations.forgetOld();
        });
    stops.push(
        () -> {
          housekeeping.stop();
          return Future.succeededFuture();
        });
  }

  private Database database(PostgresAddress address, String name, int connections) {
    Pool pool =
        Postgres.pool(
            vertx, address, Postgres.Options.of("parley-" + name).connectionsMax(connections));
    stops.push(pool::close);
    Future.await(Postgres.firstAnswer(vertx, pool));
    return new Database(pool);
  }

  /** The number of shards is part of every key; the first start writes it down. */
  private void mustHaveAsManyShards(Database database) {
    int wanted = settings.common().shards();
    long known =
        database.transaction(
            statements -> {
              statements.change(
                  "insert into chat.meta (name, value) values ('shards', $1) on conflict do"
                      + " nothing",
                  (long) wanted);
              return Objects.requireNonNull(
                  statements.first(
                      "select value from chat.meta where name = 'shards'", row -> row.getLong(0)));
            });
    if (known != wanted) {
      throw new StartException(
          "PARLEY_SHARDS is %d but the database was made for %d; write PARLEY_SHARDS=%d."
              .formatted(wanted, known, known));
    }
    List<Integer> all = IntStream.range(0, wanted).boxed().toList();
    database
        .statements()
        .change(
            "insert into chat.shards (shard) select unnest($1::int[]) on conflict do nothing",
            (Object) all.toArray(Integer[]::new));
  }

  private static HttpClient client(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions().setConnectTimeout(1_000).setKeepAlive(true),
        new PoolOptions().setHttp1MaxSize(REQUESTS_TO_A_PEER_MAX));
  }

  /** Succeeds while Postgres answers and Redis is connected. */
  Future<?> ready() {
    return ready.get();
  }

  @Override
  public Future<?> stop() {
    Future<?> stopped = Future.succeededFuture();
    while (!stops.isEmpty()) {
      Supplier<Future<?>> next = stops.pop();
      stopped = stopped.transform(any -> next.get());
    }
    return stopped;
  }
}

package parley.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.config.Secret;
import parley.chassis.health.Health;
import parley.chassis.http.InternalClient;
import parley.chassis.metrics.LoopDelay;
import parley.chassis.metrics.Metrics;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisOptions;
import parley.chassis.token.TokenVerifier;
import parley.gateway.bus.Bus;
import parley.gateway.bus.BusSettings;
import parley.gateway.bus.NodeAddress;
import parley.gateway.bus.Services;
import parley.gateway.room.Rooms;
import parley.gateway.session.Answers;
import parley.gateway.session.Revocations;
import parley.gateway.session.ServiceClient;
import parley.gateway.session.Sessions;
import parley.gateway.session.TokenCallers;
import parley.gateway.transport.Transports;
import parley.protocol.Shards;

/** One gateway: how its parts hang together. */
public final class Gateway {
  private static final Duration SERVICE_ANSWERS_WITHIN = Duration.ofSeconds(5);
  private static final Duration CANARY_EVERY = Duration.ofMillis(500);
  private static final Duration CANARY_WITHIN = Duration.ofSeconds(3);
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
  private static final int CHANNELS_MAX = 200_000;
  private static final int NODE_ID_BITS = 50;
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  private final Vertx vertx;
  private final GatewaySettings settings;
  private final Metrics metrics;
  private final Health health = new Health();
  private final String node = newNodeId();
  private final List<Context> loops = new ArrayList<>();
  private final List<InternalClient> internalClients = new ArrayList<>();
  private final Transports transports;
  private final ServiceClient chat;
  private final ServiceClient history;
  private Started started;

  /** What is there once the ports are known. */
  private record Started(
      Transports.Ports ports,
      TokenVerifier verifier,
      Bus bus,
      Rooms rooms,
      Revocations revocations,
      Sessions sessions) {}

  @SuppressWarnings("NullAway.Init") // nobody has a gateway before start has set what it started
  private Gateway(Vertx vertx, GatewaySettings settings, Metrics metrics) {
    this.vertx = vertx;
    this.settings = settings;
    this.metrics = metrics;
    int wanted =
        settings.loops() == 0 ? Runtime.getRuntime().availableProcessors() : settings.loops();
    for (int i = 0; i < wanted; i++) {
      loops.add(((VertxInternal) vertx).createEventLoopContext());
    }
    this.transports =
        new Transports(vertx, settings.transport(), secret(), health, loops, metrics.registry());
    this.chat = new ServiceClient(vertx, "chat-service", settings.chat());
    this.history = new ServiceClient(vertx, "history-service", settings.history());
  }

  /** Completes when the ports are open; {@code /health/ready} tells when clients are welcome. */
  public static Future<Gateway> start(Vertx vertx, GatewaySettings settings, Metrics metrics) {
    Gateway gateway = new Gateway(vertx, settings, metrics);
    return TokenVerifier.open(vertx, settings.tokens())
        .compose(
            verifier ->
                gateway
                    .transports
                    .listen(settings.common().host(), settings.port(), settings.internalPort())
                    .onSuccess(ports -> gateway.wire(ports, verifier)))
        .map(gateway);
  }

  private void wire(Transports.Ports ports, TokenVerifier verifier) {
    Services chatInternal = internal(settings.chat());
    Services historyInternal = internal(settings.history());
    Bus bus = Bus.start(busSettings(ports), chatInternal, metrics.registry());
    Rooms rooms = Rooms.start(bus, historyInternal, metrics.registry(), SWEEP_EVERY);
    Revocations revocations = new Revocations(vertx, chatInternal);
    TokenCallers callers =
        new TokenCallers(vertx, verifier, revocations, chatInternal, settings.tokens().admins());
    Sessions sessions =
        new Sessions(
            vertx,
            bus,
            rooms.loops(),
            callers,
            chat,
            history,
            chatInternal,
            settings.limits(),
            settings.relays(),
            metrics.registry());
    bus.onControl(revocations::claim);
    sessions.endRevoked(revocations);
    revocations.start();
    sessions.start();
    health.check(
        "redis",
        () ->
            bus.ready()
                ? Future.succeededFuture()
                : Future.failedFuture("the canary did not come back through Redis"));
    health.check(
        "revocations",
        () ->
            revocations.areKnown()
                ? Future.succeededFuture()
                : Future.failedFuture("the list of revoked tokens has not been read yet"));
    transports.serve(bus, rooms, sessions, callers, chat, history);
    Answers.measure(metrics.registry());
    LoopDelay.watch(loops, metrics.registry());
    started = new Started(ports, verifier, bus, rooms, revocations, sessions);
    log.info("gateway {} listens on port {}", node, ports.open());
  }

  private BusSettings busSettings(Transports.Ports ports) {
    String host = settings.advertisedHost().orElseGet(this::reachableHost);
    String url = settings.url().map(URI::toString).orElse("http://" + host + ":" + ports.open());
    return new BusSettings(
        busContext(),
        List.copyOf(loops),
        RedisOptions.of(RedisAddress.of(settings.common().redis())),
        new Shards(settings.common().shards()),
        new NodeAddress(node, host + ":" + ports.internal(), url, System.currentTimeMillis()),
        CANARY_EVERY,
        CANARY_WITHIN,
        CHANNELS_MAX);
  }

  /**
   * With a single loop Redis is heard on it: handing each event from one thread to another of the
   * same processor costs more than it frees.
   */
  private Context busContext() {
    return loops.size() == 1 ? loops.getFirst() : ((VertxInternal) vertx).createEventLoopContext();
  }

  private String reachableHost() {
    String host = settings.common().host();
    if (!host.equals("0.0.0.0")) {
      return host;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "this host has no name; set PARLEY_ADVERTISED_HOST to the one that others reach it by",
          e);
    }
  }

  private Services internal(List<URI> addresses) {
    InternalClient client = InternalClient.open(vertx, addresses, secret(), SERVICE_ANSWERS_WITHIN);
    internalClients.add(client);
    return new InternalServices(client);
  }

  private Secret secret() {
    return settings.common().clusterSecret();
  }

  /** No dot in it: session ids are {@code <node>.<random>}. */
  private static String newNodeId() {
    return new BigInteger(NODE_ID_BITS, new SecureRandom()).toString(Character.MAX_RADIX);
  }

  public int port() {
    return started.ports().open();
  }

  public String nodeId() {
    return node;
  }

  /** What the operations port tells. */
  public Health health() {
    return health;
  }

  /** Sends the clients elsewhere, then closes everything. */
  public Future<Void> stop() {
    health.draining("the gateway stops");
    return transports
        .drain()
        .compose(drained -> transports.close())
        .compose(
            closed -> {
              started.revocations().stop();
              started.sessions().stop();
              started.rooms().stop();
              return started.bus().stop();
            })
        .compose(
            stopped -> {
              List<Future<Void>> ends = new ArrayList<>();
              internalClients.forEach(client -> ends.add(client.close()));
              ends.add(chat.close());
              ends.add(history.close());
              ends.add(started.verifier().close());
              return Future.join(ends).mapEmpty();
            });
  }
}

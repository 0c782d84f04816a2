package parley.model;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.backing.Backing;
import parley.backing.FreePort;
import parley.backing.PostgresServer;
import parley.backing.RedisServer;
import parley.chassis.config.Settings;
import parley.chassis.metrics.Measure;
import parley.chassis.metrics.Metrics;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.chat.ChatService;
import parley.chat.ChatSettings;
import parley.gateway.Gateway;
import parley.gateway.GatewaySettings;
import parley.history.HistoryService;
import parley.history.HistorySettings;
import parley.verify.fault.FaultProxy;

/**
 * The whole system in this JVM, each process with a Vert.x of its own, and the faults that can be
 * done to it.
 */
final class House implements AutoCloseable {
  private static final int GATEWAYS = 2;
  private static final int DRAINERS = 2;
  private static final long START_SECONDS = 120;

  private final Map<String, String> environment = new HashMap<>();
  private final PostgresServer postgres;
  private final String database;
  private final FaultProxy postgresProxy;
  private final RedisProxy proxy;
  private RedisServer master;
  private RedisServer replica;
  private final TokenSigner signer;
  private final Vertx chatVertx = Vertx.vertx();
  private final Running[] gateways = new Running[GATEWAYS];
  private final Running[] drainers = new Running[DRAINERS];
  final SimpleMeterRegistry chatMeters = new SimpleMeterRegistry();
  final SimpleMeterRegistry historyMeters = new SimpleMeterRegistry();
  final Metrics gatewayMeters = new Metrics();

  /** One service and the Vert.x whose end is its death. */
  private record Running(Vertx vertx, int port, @Nullable HistoryService history) {}

  House() throws IOException, TimeoutException {
    postgres = Backing.postgresServer().start();
    database = postgres.createDatabase("model");
    postgresProxy = new FaultProxy(URI.create(database).getPort());
    master = Backing.redisServer().appendOnly().start();
    replica = Backing.redisServer().appendOnly().replicaOf(master).start();
    proxy = new RedisProxy(master.port());
    environment.put("PARLEY_HOST", "127.0.0.1");
    environment.put("PARLEY_REDIS", proxy.url());
    environment.put(
        "PARLEY_POSTGRES",
        database.replace(
            ":" + URI.create(database).getPort() + "/", ":" + postgresProxy.port() + "/"));
    environment.put("PARLEY_CLUSTER_SECRET", "secret-of-the-model-cluster");
    environment.put("PARLEY_TOKEN_SECRET", "secret-of-the-model-tokens-that-is-long");
    environment.put("PARLEY_CREATE_ROOMS", "on");
    environment.put("PARLEY_LIMITS", "off");
    environment.put("PARLEY_SHARDS", "4");
    for (String service : List.of("CHAT", "HISTORY")) {
      int port = FreePort.find();
      environment.put("PARLEY_" + service + "_PORT", Integer.toString(port));
      environment.put("PARLEY_" + service, "http://127.0.0.1:" + port);
    }
    TokenSettings tokens = read(ChatSettings.class).tokens();
    signer = TokenSigner.of(tokens).orElseThrow();
    wait(ChatService.start(chatVertx, read(ChatSettings.class), chatMeters));
    for (int i = 0; i < DRAINERS; i++) {
      drainers[i] = startHistory(i);
    }
    for (int i = 0; i < GATEWAYS; i++) {
      gateways[i] = startGateway();
    }
  }

  String database() {
    return database;
  }

  String token(String user) {
    return signer.sign(user, user, List.of(), Optional.empty(), Duration.ofHours(1));
  }

  /** The port of any gateway. */
  int port(Random random) {
    return gateways[random.nextInt(GATEWAYS)].port();
  }

  /** What the services have counted: repairs of gaps, events put back into Redis. */
  int counted(MeterRegistry registry, Measure measure) {
    return (int)
        registry.find(measure.name()).counters().stream().mapToDouble(Counter::count).sum();
  }

  int lostMessages() {
    return proxy.lost();
  }

  /** Does it, and leaves a house that can recover by itself. */
  void suffer(Fault fault, Random random) throws InterruptedException, TimeoutException {
    switch (fault) {
      case LOSE_MESSAGES -> proxy.lose(1 + random.nextInt(5));
      case CUT_REDIS_CONNECTIONS -> proxy.cut();
      case CUT_CLIENTS -> throw new IllegalArgumentException("clients cut themselves");
      case KILL_GATEWAY -> killGateway(random.nextInt(GATEWAYS));
      case KILL_DRAINER -> killDrainer();
      case RESTART_REDIS -> master.restart();
      case TRUNCATE_REDIS -> master.restartWithoutLastEntries(5 + random.nextInt(15));
      case FAIL_OVER -> failOver(random);
      case PAUSE_POSTGRES -> {
        postgres.pause();
        Thread.sleep(100 + random.nextInt(300));
        postgres.resume();
      }
      case SLOW_POSTGRES -> postgresIs(FaultProxy.Mode.DELAYED, random);
      case NO_POSTGRES -> postgresIs(FaultProxy.Mode.CUT, random);
    }
  }

  private void postgresIs(FaultProxy.Mode mode, Random random) throws InterruptedException {
    postgresProxy.set(mode);
    Thread.sleep(100 + random.nextInt(300));
    postgresProxy.set(FaultProxy.Mode.PASS);
  }

  private void killGateway(int i) throws TimeoutException {
    Running old = gateways[i];
    gateways[i] = gateways[(i + 1) % GATEWAYS];
    wait(old.vertx().close());
    gateways[i] = startGateway();
  }

  /** The one that answers HTTP stays. */
  private void killDrainer() throws TimeoutException {
    Running old = drainers[1];
    wait(old.history().kill());
    wait(old.vertx().close());
    drainers[1] = startHistory(1);
  }

  /** The replica falls behind, becomes master; the old master takes over its data. */
  private void failOver(Random random) throws InterruptedException {
    replica.promote();
    Thread.sleep(random.nextInt(40));
    RedisServer old = master;
    master = replica;
    replica = old;
    proxy.leadTo(master.port());
    replica.replicate(master);
  }

  private Running startGateway() throws TimeoutException {
    Vertx vertx = Vertx.vertx();
    environment.put("PARLEY_PORT", "0");
    Gateway gateway = wait(Gateway.start(vertx, read(GatewaySettings.class), gatewayMeters));
    return new Running(vertx, gateway.port(), null);
  }

  private Running startHistory(int i) throws TimeoutException {
    Vertx vertx = Vertx.vertx();
    Map<String, String> own = new HashMap<>(environment);
    if (i > 0) {
      own.put("PARLEY_HISTORY_PORT", "0");
    }
    HistoryService history =
        wait(HistoryService.start(vertx, Settings.read(HistorySettings.class, own), historyMeters));
    return new Running(vertx, history.port(), history);
  }

  private <R extends Record> R read(Class<R> settings) {
    return Settings.read(settings, environment);
  }

  private static <T> T wait(Future<T> future) throws TimeoutException {
    return future.await(START_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    for (Running gateway : gateways) {
      wait(gateway.vertx().close());
    }
    for (Running drainer : drainers) {
      wait(drainer.history().kill());
      wait(drainer.vertx().close());
    }
    wait(chatVertx.close());
    proxy.close();
    postgresProxy.close();
    master.close();
    replica.close();
    postgres.close();
  }
}

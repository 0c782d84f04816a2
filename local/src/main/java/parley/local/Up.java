package parley.local;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileLock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import parley.backing.FreePort;
import parley.chassis.config.CommonSettings;
import parley.chassis.config.Settings;
import parley.chassis.config.SettingsException;
import parley.chassis.health.Health;
import parley.chassis.log.Logging;
import parley.chassis.metrics.Metrics;
import parley.chat.ChatService;
import parley.chat.ChatSettings;
import parley.gateway.Gateway;
import parley.gateway.GatewaySettings;
import parley.history.HistoryService;
import parley.history.HistorySettings;

/**
 * {@code ./parley up}: every service in this JVM, with Redis and Postgres beside it, until it is
 * stopped.
 */
final class Up {
  private static final long START_SECONDS = 180;
  private static final long STOP_SECONDS = 20;

  private final UpOptions options;
  private final Deque<Runnable> stops = new ArrayDeque<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Up(UpOptions options) {
    this.options = options;
  }

  static void run(UpOptions options) {
    var up = new Up(options);
    Runtime.getRuntime().addShutdownHook(new Thread(up::stop, "stop"));
    try {
      up.start();
    } catch (SettingsException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
    try {
      up.stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start() {
    long from = System.nanoTime();
    for (int i = 0; i < options.gateways(); i++) {
      requireFree(options.port() + i, "--port");
    }
    for (int i = 0; options.opsPort() != 0 && i <= options.gateways(); i++) {
      requireFree(options.opsPort() + i, "--ops-port");
    }
    FileLock lock = options.data().take();
    stops.push(() -> release(lock));
    say("starting Redis and Postgres …");
    Stores stores = Stores.start(options);
    stops.push(stores::stop);

    Logging.setUp(CommonSettings.LogForm.PLAIN, CommonSettings.LogLevel.WARN);
    var metrics = new Metrics();
    Vertx vertx = metrics.vertx(new VertxOptions().setPreferNativeTransport(true)).build();
    stops.push(() -> within("Vert.x", vertx::close));
    Map<String, String> environment = environment(stores);
    say("starting chat-service and history-service …");
    Future<ChatService> chat =
        ChatService.start(
            vertx, Settings.read(ChatSettings.class, environment), metrics.registry());
    Future<HistoryService> history =
        HistoryService.start(
            vertx, Settings.read(HistorySettings.class, environment), metrics.registry());
    ChatService chatService = started("chat-service", chat);
    HistoryService historyService = started("history-service", history);
    stopLater("chat-service", chatService::stop);
    stopLater("history-service", historyService::stop);
    Operations operations = new Operations(vertx, options.opsPort());
    List<String> measured = new ArrayList<>();
    for (int i = 0; i < options.gateways(); i++) {
      int port = options.port() + i;
      say("starting the gateway on port " + port + " …");
      environment.put("PARLEY_PORT", Integer.toString(port));
      Metrics ofGateway = new Metrics();
      Gateway gateway =
          started(
              "gateway",
              Gateway.start(vertx, Settings.read(GatewaySettings.class, environment), ofGateway));
      stopLater("gateway on port " + port, gateway::stop);
      measured.add(
          operations.open(gateway.health(), ofGateway) + " (gateway on port " + port + ")");
    }
    Health services =
        new Health().check("chat", chatService::ready).check("history", historyService::ready);
    measured.add(operations.open(services, metrics) + " (chat-service and history-service)");
    say("ready after %.1f s".formatted((System.nanoTime() - from) / 1e9));
    for (int i = 0; i < options.gateways(); i++) {
      say("  http://127.0.0.1:" + (options.port() + i));
    }
    say("Metrics for Prometheus:");
    measured.forEach(address -> say("  " + address));
    say("Messages are kept in " + options.data() + ". Ctrl-C stops.");
  }

  private Map<String, String> environment(Stores stores) {
    int chatPort = FreePort.find();
    int historyPort = FreePort.find();
    var environment = new HashMap<String, String>();
    environment.put("PARLEY_GUESTS", "on");
    environment.put("PARLEY_EMIT_TO_ALL", "on");
    environment.put("PARLEY_CREATE_ROOMS", "on");
    environment.put("PARLEY_ORIGINS", "*"); // a page that someone tries may be a file
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("PARLEY_") && !name.equals("PARLEY_JVM")) {
                environment.put(name, value);
              }
            });
    environment.remove("PARLEY_BACKING");
    environment.remove("PARLEY_REDIS_SERVER");
    environment.put("PARLEY_HOST", "127.0.0.1");
    environment.put("PARLEY_REDIS", stores.redis());
    environment.put("PARLEY_POSTGRES", stores.postgres());
    environment.put("PARLEY_CLUSTER_SECRET", options.data().secret(DataFolder.CLUSTER_SECRET));
    environment.put("PARLEY_TOKEN_SECRET", options.data().secret(DataFolder.TOKEN_SECRET));
    environment.put("PARLEY_CHAT_PORT", Integer.toString(chatPort));
    environment.put("PARLEY_CHAT", "http://127.0.0.1:" + chatPort);
    environment.put("PARLEY_HISTORY_PORT", Integer.toString(historyPort));
    environment.put("PARLEY_HISTORY", "http://127.0.0.1:" + historyPort);
    environment.put("PARLEY_LIMITS", options.limits() ? "on" : "off");
    return environment;
  }

  private static <S> S started(String name, Future<S> service) {
    try {
      return service.await(START_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new Refusal(
          name + " does not start: " + (e.getMessage() == null ? e : e.getMessage()) + ".");
    }
  }

  private void stopLater(String name, Supplier<Future<Void>> stop) {
    stops.push(() -> within(name, stop));
  }

  private static void within(String name, Supplier<Future<Void>> stop) {
    try {
      stop.get().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      System.err.println("parley: " + name + " did not stop cleanly: " + e.getMessage());
    }
  }

  private synchronized void stop() {
    if (stops.isEmpty()) {
      return;
    }
    say("stopping …");
    while (!stops.isEmpty()) {
      stops.pop().run();
    }
    say("stopped");
    stopped.countDown();
  }

  private static void release(FileLock lock) {
    try {
      lock.channel().close();
    } catch (IOException e) {
      System.err.println("parley: " + e.getMessage());
    }
  }

  private static void requireFree(int port, String option) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      socket.setReuseAddress(true);
    } catch (IOException e) {
      throw new Refusal("Port " + port + " is busy; choose another one with " + option + ".");
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}

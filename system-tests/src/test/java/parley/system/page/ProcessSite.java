package parley.system.page;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.backing.Backing;
import parley.backing.RedisServer;

/** The real system: each service a process of its own, and two gateways. */
final class ProcessSite implements Site {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final int NODES = 2;
  private final RedisServer redis = Backing.freshRedis();
  private final Map<String, String> environment = new HashMap<>();
  private final int[] ports = {freePort(), freePort()};
  private final Process[] nodes = new Process[NODES];
  private final List<Process> services = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  ProcessSite() {
    int chatPort = freePort();
    int historyPort = freePort();
    environment.put("PARLEY_HOST", "127.0.0.1");
    environment.put("PARLEY_REDIS", redis.url());
    environment.put("PARLEY_POSTGRES", Backing.freshDatabase());
    environment.put("PARLEY_CLUSTER_SECRET", "the-page-is-tested-with-this-secret");
    environment.put("PARLEY_TOKEN_SECRET", "the-page-is-tested-with-this-token-secret");
    environment.put("PARLEY_GUESTS", "on");
    environment.put("PARLEY_CREATE_ROOMS", "on");
    environment.put("PARLEY_CHAT_PORT", Integer.toString(chatPort));
    environment.put("PARLEY_CHAT", "http://127.0.0.1:" + chatPort);
    environment.put("PARLEY_HISTORY_PORT", Integer.toString(historyPort));
    environment.put("PARLEY_HISTORY", "http://127.0.0.1:" + historyPort);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    serve("parley.chat.Main", "chat-service", chatPort);
    serve("parley.history.Main", "history-service", historyPort);
    for (int index = 0; index < NODES; index++) {
      launch(index);
      awaitReady(index);
    }
  }

  /** Starts a service and waits for its port; again if it gave up, as it may on a busy machine. */
  private void serve(String main, String name, int port) {
    services.add(run(main, name, Map.of()));
    await(name + " listens; its log is in target/page")
        .atMost(READY_WITHIN)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!services.getLast().isAlive()) {
                services.add(run(main, name, Map.of()));
              }
              return listens(port);
            });
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public URI node(int index) {
    return URI.create("http://127.0.0.1:" + ports[index]);
  }

  @Override
  public void kill(int index) {
    nodes[index].destroyForcibly().onExit().join();
  }

  @Override
  public void start(int index) {
    if (!nodes[index].isAlive()) {
      launch(index);
      awaitReady(index);
    }
  }

  private void launch(int index) {
    nodes[index] =
        run(
            "parley.gateway.Main",
            "gateway-" + index,
            Map.of("PARLEY_PORT", Integer.toString(ports[index])));
  }

  private Process run(String main, String name, Map<String, String> more) {
    Path log = Path.of("target", "page", name + ".log").toAbsolutePath();
    String java = ProcessHandle.current().info().command().orElse("java");
    var builder =
        new ProcessBuilder(
            java,
            "-Xmx384m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PARLEY_"));
    builder.environment().putAll(environment);
    builder.environment().putAll(more);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      File folder = log.getParent().toFile();
      if (!folder.isDirectory() && !folder.mkdirs()) {
        throw new IOException("cannot make " + folder);
      }
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady(int index) {
    await("node " + index + " is ready; its log is in target/page")
        .atMost(READY_WITHIN)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> get(index, "/health/ready") == 200);
  }

  private int get(int index, String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(node(index).resolve(path)).timeout(Duration.ofSeconds(5)).build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Process node : nodes) {
      if (node != null) {
        node.destroyForcibly().onExit().join();
      }
    }
    services.forEach(service -> service.destroyForcibly().onExit().join());
    redis.close();
  }
}

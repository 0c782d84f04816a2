package parley.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.chassis.config.Settings;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.verify.cluster.Checkout;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;

/**
 * Unmodified Socket.IO clients of every transport behind a proxy without stickiness, while the
 * gateways below them are killed or stand still: each return is a recovery, and everyone has heard
 * everything once and in order.
 */
class ReturnsTest {
  private static final List<List<String>> TRANSPORTS =
      List.of(
          List.of("websocket"),
          List.of("polling"),
          List.of("polling", "websocket"),
          List.of("polling"),
          List.of("websocket"),
          List.of("polling", "websocket"));
  private static final Duration ROUND_MAX = Duration.ofSeconds(90);

  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<JsonObject> told = new LinkedBlockingQueue<>();
  private Cluster cluster;
  private Process clients;

  @BeforeEach
  void start() throws IOException {
    Path folder = Path.of("target", "verify", "returns").toAbsolutePath();
    Files.createDirectories(folder);
    cluster =
        Cluster.start(
            new Cluster.Size(3, 1, 1),
            Map.of("PARLEY_LIMITS", "off", "PARLEY_PING_INTERVAL", "10s"),
            folder);
  }

  @AfterEach
  void stop() {
    if (clients != null) {
      clients.destroyForcibly();
    }
    cluster.close();
    http.close();
  }

  /** With the client that is to lose its node as the first of them. */
  private void startClients(int first) throws IOException {
    List<JsonObject> all = new ArrayList<>();
    for (int i = 0; i < TRANSPORTS.size(); i++) {
      List<String> transports = TRANSPORTS.get((first + i) % TRANSPORTS.size());
      all.add(
          new JsonObject()
              .put("token", token("u" + i))
              .put("transports", new JsonArray(transports)));
    }
    JsonObject config =
        new JsonObject()
            .put("web", Checkout.root().resolve("web/client/package.json").toString())
            .put("doors", doorsWithout(-1))
            .put("clients", new JsonArray(all));
    Path script = Checkout.root().resolve("system-tests/src/test/node/returns.mjs");
    clients =
        new ProcessBuilder("node", script.toString(), config.encode())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = clients.inputReader(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(() -> lines.lines().forEach(line -> told.add(new JsonObject(line))));
  }

  private static String token(String user) {
    return TokenSigner.of(
            Settings.read(TokenSettings.class, Map.of("PARLEY_TOKEN_SECRET", Cluster.TOKEN_SECRET)))
        .orElseThrow()
        .sign(user, user, List.of(), Optional.empty(), Duration.ofHours(1));
  }

  private JsonArray doorsWithout(int gateway) {
    List<URI> doors = cluster.doors();
    return new JsonArray(
        IntStream.range(0, doors.size())
            .filter(i -> i != gateway)
            .mapToObj(i -> doors.get(i).toString())
            .toList());
  }

  private void say(JsonObject command) {
    try {
      clients.outputWriter(StandardCharsets.UTF_8).append(command.encode()).append('\n').flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonObject hear(String what) throws InterruptedException {
    JsonObject line = told.poll(ROUND_MAX.toSeconds(), TimeUnit.SECONDS);
    assertThat(line).as("the clients fell silent before '%s'", what).isNotNull();
    assertThat(line.getString("what")).isEqualTo(what);
    return line;
  }

  private String nodeBehind(URI door) {
    try {
      return http.send(
              HttpRequest.newBuilder(door.resolve("/")).timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("Parley-Node")
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void round(String moment, Consumer<ServiceProcess> fault, Consumer<ServiceProcess> cure)
      throws InterruptedException {
    cluster.awaitReady();
    List<String> nodes = cluster.doors().stream().map(this::nodeBehind).toList();
    say(new JsonObject().put("doors", doorsWithout(-1)).put("round", moment));
    int gateway = nodes.indexOf(hear("now").getString("node"));
    ServiceProcess victim = cluster.gateways().get(gateway);
    fault.accept(victim);
    say(new JsonObject().put("doors", doorsWithout(gateway))); // as a balancer notices
    JsonObject done = hear("done");
    cure.accept(victim);
    System.out.println(moment + ": " + done.encode());
    for (Object returns : done.getJsonArray("returns")) {
      assertThat(((JsonArray) returns).stream())
          .as("socket.recovered of each return: %s", done.encode())
          .allMatch(Boolean.TRUE::equals);
    }
    assertThat(done.getJsonArray("returns").stream().anyMatch(r -> !((JsonArray) r).isEmpty()))
        .as("somebody had to return: %s", done.encode())
        .isTrue();
    assertThat(done.getJsonArray("whole").stream())
        .as("everyone heard everything once and in order: %s", done.encode())
        .allMatch(Boolean.TRUE::equals);
    assertThat(done.getJsonArray("errors")).isEmpty();
    // A client whose move met the dead node does not try again while its connection lasts.
    if (!moment.equals("connect")) {
      assertThat(done.getJsonArray("stillPolling"))
          .as("whoever can move to a WebSocket has moved: %s", done.encode())
          .isEmpty();
    }
  }

  private void kills(int rounds) throws Exception {
    startClients(0);
    List<String> moments = List.of("connect", "join", "traffic");
    for (int i = 0; i < rounds; i++) {
      round(moments.get(i % moments.size()), ServiceProcess::kill, ServiceProcess::start);
    }
  }

  /** They are up again before anybody gives up; what they knew is in Redis alone. */
  @Test
  void when_all_gateways_are_killed_at_once_their_clients_return_recovered() throws Exception {
    startClients(0);
    round(
        "traffic",
        victim -> {
          cluster.gateways().forEach(ServiceProcess::kill);
          cluster.gateways().forEach(ServiceProcess::start);
        },
        victim -> {});
  }

  @Test
  @Tag("full")
  void whenever_a_gateway_is_killed_its_clients_return_recovered() throws Exception {
    kills(6);
  }

  @Test
  @Tag("full")
  void gateways_may_be_killed_again_and_again() throws Exception {
    kills(60);
  }

  @Test
  @Tag("full")
  void a_polling_client_whose_gateway_stands_still_returns_recovered_before_long()
      throws Exception {
    startClients(1);
    long before = System.nanoTime();
    round("traffic", ServiceProcess::pause, ServiceProcess::resume);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(45));
  }
}

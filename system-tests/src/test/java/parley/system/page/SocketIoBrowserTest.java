package parley.system.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.FreePort;
import parley.backing.RedisServer;
import parley.chassis.config.Settings;
import parley.chassis.metrics.Metrics;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.chat.ChatService;
import parley.chat.ChatSettings;
import parley.gateway.Gateway;
import parley.gateway.GatewaySettings;
import parley.history.HistoryService;
import parley.history.HistorySettings;

/** The client that a gateway serves, in a real browser that has a hard time. */
@Tag("full")
class SocketIoBrowserTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String CONNECT =
      """
      (room) => new Promise((done) => {
        window.heard = [];
        window.connects = [];
        window.socket = io({ auth: { token: window.token }, reconnectionDelay: 100 });
        socket.on('message', (message) => heard.push(message.text));
        socket.on('connect', async () => {
          connects.push(socket.recovered);
          if (!socket.recovered) await socket.timeout(20000).emitWithAck('join', { room });
          done();
        });
      })
      """;

  private static Vertx vertx;
  private static RedisServer redis;
  private static Metrics metrics;
  private static Gateway gateway;
  private static TokenSigner signer;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private BrowserContext context;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    redis = Backing.freshRedis();
    metrics = new Metrics();
    Map<String, String> environment = new HashMap<>();
    environment.put("PARLEY_REDIS", redis.url());
    environment.put("PARLEY_POSTGRES", Backing.freshDatabase());
    environment.put("PARLEY_CLUSTER_SECRET", "secret-of-the-cluster");
    environment.put("PARLEY_TOKEN_SECRET", "a-secret-of-the-tests-that-is-long-enough");
    environment.put("PARLEY_SHARDS", "4");
    environment.put("PARLEY_CREATE_ROOMS", "on");
    environment.put("PARLEY_PORT", "0");
    environment.put("PARLEY_PING_INTERVAL", "1s");
    environment.put("PARLEY_PING_TIMEOUT", "2s");
    for (String service : List.of("CHAT", "HISTORY")) {
      int port = FreePort.find();
      environment.put("PARLEY_" + service + "_PORT", Integer.toString(port));
      environment.put("PARLEY_" + service, "http://127.0.0.1:" + port);
    }
    signer = TokenSigner.of(Settings.read(TokenSettings.class, environment)).orElseThrow();
    get(
        ChatService.start(
            vertx, Settings.read(ChatSettings.class, environment), new SimpleMeterRegistry()));
    get(
        HistoryService.start(
            vertx, Settings.read(HistorySettings.class, environment), new SimpleMeterRegistry()));
    gateway = get(Gateway.start(vertx, Settings.read(GatewaySettings.class, environment), metrics));
    await().atMost(SOON).until(() -> http("/health/ready").statusCode() == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    get(vertx.close());
    metrics.close();
    redis.close();
    HTTP.close();
  }

  @BeforeEach
  void open() {
    context = Chromium.browser().newContext();
  }

  @AfterEach
  void close() {
    context.close();
    await().atMost(SOON).until(() -> sessions() == 0);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static URI at(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  private static HttpResponse<String> http(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(at(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String token(String user) {
    return signer.sign(user, user, List.of(), Optional.empty(), Duration.ofHours(1));
  }

  private static void say(String room, String text) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(at("/api/rooms/" + room + "/messages"))
            .header("Authorization", "Bearer " + token("tom"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
            .build();
    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isBetween(200, 299);
  }

  private static double sessions() {
    return metrics.registry().get("parley_connections").gauges().stream()
        .mapToDouble(Gauge::value)
        .sum();
  }

  /** A page of the gateway's own origin with nothing on it but the client it serves. */
  private Page page() {
    Page page = context.newPage();
    show(page);
    return page;
  }

  private static void show(Page page) {
    page.navigate(at("/health/ready").toString());
    page.addScriptTag(new Page.AddScriptTagOptions().setUrl("/socket.io/socket.io.js"));
    page.evaluate("(token) => { window.token = token; }", token("ann"));
  }

  private static void hears(Page page, String... texts) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(page.evaluate("heard")).isEqualTo(List.of(texts)));
  }

  private static String transport(Page page) {
    return (String) page.evaluate("socket.io.engine.transport.name");
  }

  @Test
  void where_websockets_are_blocked_the_client_goes_on_polling() throws Exception {
    List<String> blocked = new ArrayList<>();
    context.routeWebSocket(
        "**/socket.io/**",
        (WebSocketRoute socket) -> {
          blocked.add(socket.url());
          socket.close();
        });
    Page page = page();
    page.evaluate(CONNECT, "blocked");
    say("blocked", "one");
    hears(page, "one");
    await().atMost(SOON).until(() -> page.evaluate("1") != null && !blocked.isEmpty());
    say("blocked", "two");
    hears(page, "one", "two");
    assertThat(transport(page)).isEqualTo("polling");
    assertThat(page.evaluate("connects")).isEqualTo(List.of(false));
  }

  @Test
  void a_client_moves_to_a_websocket_and_a_reloaded_page_starts_anew() throws Exception {
    Page page = page();
    page.evaluate(CONNECT, "reload");
    say("reload", "one");
    hears(page, "one");
    await().atMost(SOON).until(() -> transport(page).equals("websocket"));
    String before = (String) page.evaluate("socket.id");
    page.reload();
    show(page);
    await().atMost(SOON).until(() -> sessions() == 0);
    page.evaluate(CONNECT, "reload");
    assertThat(page.evaluate("socket.id")).isNotEqualTo(before);
    say("reload", "two");
    hears(page, "two");
  }

  @Test
  void a_laptop_that_slept_is_recovered_when_it_wakes() throws Exception {
    Page page = page();
    page.evaluate(CONNECT, "sleep");
    await().atMost(SOON).until(() -> transport(page).equals("websocket"));
    say("sleep", "one");
    hears(page, "one");
    List<Long> renderers = renderers();
    assertThat(renderers).isNotEmpty();
    signal("STOP", renderers);
    try {
      await().atMost(SOON).until(() -> sessions() == 0);
      say("sleep", "two");
      say("sleep", "three");
    } finally {
      signal("CONT", renderers);
    }
    hears(page, "one", "two", "three");
    assertThat(page.evaluate("connects")).isEqualTo(List.of(false, true));
    say("sleep", "four");
    hears(page, "one", "two", "three", "four");
  }

  private static List<Long> renderers() {
    CDPSession session = Chromium.browser().newBrowserCDPSession();
    List<Long> pids = new ArrayList<>();
    for (JsonElement one :
        session.send("SystemInfo.getProcessInfo").getAsJsonArray("processInfo")) {
      JsonObject process = one.getAsJsonObject();
      if (process.get("type").getAsString().equals("renderer")) {
        pids.add(process.get("id").getAsLong());
      }
    }
    session.detach();
    return pids;
  }

  private static void signal(String signal, List<Long> pids) throws Exception {
    for (long pid : pids) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    }
  }
}

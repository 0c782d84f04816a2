package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;
import parley.verify.cluster.Checkout;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;
import parley.verify.fault.FaultProxy;

/**
 * Real processes under a real Prometheus: what happens is measured, and what the page of metrics,
 * the dashboards and the alerts name is there.
 */
@Tag("full")
class MetricsTest {
  private static final Duration WITHIN = Duration.ofSeconds(120);
  private static final Pattern NAME = Pattern.compile("\\bparley(?:_[a-z]+)+");
  private static final Pattern PART = Pattern.compile("_(bucket|sum|count|max)$");
  private static final String ROOM = "measured";
  private static final Path LOGS = Path.of("target", "operations").toAbsolutePath();

  private static final HttpClient http = HttpClient.newHttpClient();
  private static Path folder;
  private static Cluster cluster;
  private static PrometheusProcess prometheus;

  @BeforeAll
  static void start() throws IOException {
    Tool.PROMETHEUS.path();
    // The logs stay for when something fails.
    folder = Files.createTempDirectory(Files.createDirectories(LOGS), "run");
    cluster = Cluster.start(new Cluster.Size(2, 1, 1), Map.of(), List.of(), folder);
    prometheus =
        PrometheusProcess.start(
            cluster.processes().stream()
                .collect(
                    Collectors.toMap(
                        ServiceProcess::name, process -> process.operations().getPort())),
            folder);
  }

  @AfterAll
  static void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    http.close();
  }

  @Test
  void what_happens_is_measured_and_every_name_that_operators_read_is_there() throws Exception {
    String token = guest();
    try (var ann = new PlainClient(http, cluster.doors().get(0), token);
        var bob = new PlainClient(http, cluster.doors().get(1), token)) {
      talk(ann, bob, token);
      loseEventsOnTheWayTo(ann, bob);
      collectGarbage();

      measured("parley_connections{transport=\"websocket\"}", 2);
      measured("parley_connections{transport=\"sse\"}", 1);
      measured("parley_connections{transport=\"socketio_polling\"}", 1);
      measured("parley_sends_total", 8);
      measured("parley_append_seconds_count", 8);
      measured("parley_deliveries_total", 16);
      measured("parley_delivery_seconds_count", 1);
      measured("parley_fanout_seconds_count", 1);
      measured("parley_refusals_total{code=\"unknown_event\"}", 1);
      measured("parley_gaps_repaired_total{source!=\"none\"}", 1);
      measured("parley_resumes_total", 1);
      measured("parley_redis_reconnects_total{job=\"gateway\"}", 1);
      measured("parley_canary_seconds_count", 1);
      measured("parley_loop_delay_seconds_count{job=\"gateway\"}", 1);
      measured("parley_loop_delay_seconds_count{job=\"chat-service\"}", 1);
      measured("parley_direct_memory_bytes{job=\"gateway\"}", 1);
      measured("parley_shards_opened_total", 1);
      measured("parley_rooms_loaded_total", 1);
      measured("parley_outbox_relayed_total", 1);
      measured("parley_events_stored_total", 8);
      measured("parley_commit_seconds_count", 1);
      measured("parley_commit_entries_sum", 8);
      measured("parley_page_seconds_count{kind=\"latest\"}", 1);
      measured("parley_shards_drained", 64);

      thePageIsWhatIsThere();
      theAlertsNameWhatIsThere();
      theDashboardsAskForWhatIsThere(ann);
      nothingWasRegisteredTwice();
    }
  }

  private static void talk(PlainClient ann, PlainClient bob, String token) throws Exception {
    var room = new JsonObject().put("room", ROOM);
    assertThat(ann.ask("join", room.copy()).getBoolean("ok")).isTrue();
    assertThat(bob.ask("join", room.copy()).getBoolean("ok")).isTrue();
    long first = say(ann);
    for (int i = 0; i < 4; i++) {
      say(ann);
    }
    await().atMost(WITHIN).until(() -> bob.messages() == 5);
    ann.ask("typing", room.copy().put("on", true));
    await().atMost(WITHIN).until(() -> bob.typing() > 0);
    assertThat(ann.ask("nonsense", room.copy()).getBoolean("ok")).isFalse();
    try (var late = new PlainClient(http, cluster.doors().get(0), token)) {
      assertThat(late.ask("join", room.copy().put("after", first)).getJsonArray("events"))
          .hasSize(4);
    }
    var _ = http.sendAsync(request(0, "/sse?room=" + ROOM, token), BodyHandlers.ofLines());
    assertThat(get("/socket.io/?EIO=4&transport=polling", token)).startsWith("0{");
    assertThat(get("/api/rooms/" + ROOM + "/messages?limit=5", token)).contains("\"seq\"");
    assertThat(get("/api/rooms/" + ROOM + "/events?after=" + first, token)).contains("\"seq\"");
    var edit = room.copy().put("seq", first).put("text", "measured");
    assertThat(ann.ask("edit", edit).getBoolean("ok")).isTrue();
    // What changes a room goes through the outbox.
    HttpRequest topic =
        HttpRequest.newBuilder(cluster.doors().get(0).resolve("/api/rooms/" + ROOM))
            .header("Authorization", "Bearer " + LiveSystem.token("root", "admin"))
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"topic\": \"measures\"}"))
            .build();
    assertThat(http.send(topic, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  /** Gateway 1 is cut off Redis while Ann speaks, and finds what Bob missed when it is back. */
  private static void loseEventsOnTheWayTo(PlainClient ann, PlainClient bob) throws Exception {
    FaultProxy link = cluster.links().get("gateway-1 > redis");
    link.set(FaultProxy.Mode.CUT);
    for (int i = 0; i < 3; i++) {
      say(ann);
    }
    link.set(FaultProxy.Mode.PASS);
    await().atMost(WITHIN).until(() -> bob.messages() == 8);
  }

  private static long say(PlainClient client) throws Exception {
    JsonObject answer =
        client.ask("send", new JsonObject().put("room", ROOM).put("text", "measure this"));
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
    return answer.getLong("seq");
  }

  /** The JVM tells of collections only after one. */
  private static void collectGarbage() throws Exception {
    for (var process : cluster.processes()) {
      String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  private static void measured(String series, double atLeast) {
    await()
        .atMost(WITHIN)
        .untilAsserted(
            () -> assertThat(prometheus.sum(series)).as(series).isGreaterThanOrEqualTo(atLeast));
  }

  private static void thePageIsWhatIsThere() throws Exception {
    Set<String> page =
        Files.readAllLines(Checkout.root().resolve("docs/metrics.md")).stream()
            .filter(line -> line.startsWith("| `parley_"))
            .map(line -> line.split("`")[1])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(page).hasSizeGreaterThan(30);
    assertThat(running()).isEqualTo(page);
  }

  private static Set<String> running() throws Exception {
    return prometheus.ask("count by (__name__) ({__name__=~\"parley_.*\"})").stream()
        .map(series -> ((JsonObject) series).getJsonObject("metric").getString("__name__"))
        .map(name -> PART.matcher(name).replaceAll(""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void theAlertsNameWhatIsThere() throws Exception {
    List<JsonObject> rules = prometheus.rules();
    assertThat(rules).hasSizeGreaterThan(6).allMatch(rule -> rule.getString("health").equals("ok"));
    for (JsonObject rule : rules) {
      assertNamed(rule.getString("name"), rule.getString("query"));
    }
  }

  private static void assertNamed(String where, String query) throws Exception {
    Set<String> names =
        NAME.matcher(query)
            .results()
            .map(found -> PART.matcher(found.group()).replaceAll(""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(running()).as(where).containsAll(names);
  }

  /** While there is something to see, every line of every panel shows something. */
  private static void theDashboardsAskForWhatIsThere(PlainClient client) throws Exception {
    List<Queries.Query> queries = Queries.ofDashboards().all();
    assertThat(queries).hasSizeGreaterThan(60);
    for (Queries.Query query : queries) {
      assertNamed(query.dashboard() + ": " + query.panel(), query.expression());
      if (!query.mayBeEmpty()) {
        await()
            .atMost(WITHIN)
            .untilAsserted(
                () -> {
                  say(client);
                  assertThat(prometheus.ask(query.expression())).as(query.toString()).isNotEmpty();
                });
      }
    }
  }

  private static void nothingWasRegisteredTwice() throws IOException {
    for (ServiceProcess process : cluster.processes()) {
      assertThat(folder.resolve(process.name() + ".log"))
          .content()
          .doesNotContain("already registered");
    }
  }

  private static String guest() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(cluster.doors().get(0).resolve("/api/guests"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"Ann\"}"))
            .build();
    // A gateway is ready before chat-service may be.
    return await()
        .atMost(WITHIN)
        .until(
            () ->
                new JsonObject(http.send(request, BodyHandlers.ofString()).body())
                    .getString("token"),
            Objects::nonNull);
  }

  private static String get(String path, String token) throws Exception {
    return http.send(request(0, path, token), BodyHandlers.ofString()).body();
  }

  private static HttpRequest request(int gateway, String path, String token) {
    return HttpRequest.newBuilder(URI.create(cluster.doors().get(gateway) + path))
        .header("Authorization", "Bearer " + token)
        .build();
  }
}

package parley.chassis.health;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.chassis.metrics.Catalogue;
import parley.chassis.metrics.Label;
import parley.chassis.metrics.Metrics;

class OpsServerTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private final Vertx vertx = metrics.vertx(new VertxOptions()).build();
  private final Health health = new Health();
  private final OpsServer server = new OpsServer(vertx, "127.0.0.1", 0, health, metrics);

  @BeforeEach
  void start() throws Exception {
    server.start().await(5, SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.stop().await(5, SECONDS);
    vertx.close().await(5, SECONDS);
    metrics.close();
  }

  @Test
  void a_process_is_alive_and_ready_unless_a_check_fails() throws Exception {
    AtomicBoolean redis = new AtomicBoolean(true);
    health.check("postgres", Future::succeededFuture);
    health.check(
        "redis",
        () -> redis.get() ? Future.succeededFuture() : Future.failedFuture("not connected"));
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    redis.set(false);
    await().atMost(Duration.ofSeconds(5)).until(() -> get("/health/ready").statusCode() == 503);
    assertThat(get("/health/ready").body())
        .isEqualTo("{\"ready\":false,\"failing\":{\"redis\":\"not connected\"}}");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void a_check_that_hangs_or_throws_counts_as_failed() throws Exception {
    health.check("hangs", () -> Promise.promise().future());
    health.check(
        "throws",
        () -> {
          throw new IllegalStateException("broken");
        });
    HttpResponse<String> answer = get("/health/ready");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body())
        .contains("\"hangs\":\"no answer within 2 s\"")
        .contains("\"throws\":\"broken\"");
  }

  @Test
  void many_who_ask_cost_one_check() throws Exception {
    AtomicInteger checked = new AtomicInteger();
    health.check(
        "counted",
        () -> {
          checked.incrementAndGet();
          return Future.succeededFuture();
        });
    for (int i = 0; i < 20; i++) {
      health.readiness().await(5, SECONDS);
    }
    assertThat(checked.get()).isLessThan(20);
  }

  @Test
  void a_draining_process_is_not_ready() throws Exception {
    health.draining("stopping");
    assertThat(get("/health/ready").body()).contains("\"draining\":\"stopping\"");
  }

  @Test
  void metrics_of_the_jvm_the_process_vertx_and_our_own_are_told() throws Exception {
    Catalogue catalogue = new Catalogue("Test");
    Label kind = Label.of("kind", "message", "room");
    catalogue
        .count("parley_test_events_total", kind, "Events.")
        .in(metrics.registry(), "message")
        .increment(3);
    catalogue.level("parley_test_sessions", "Sessions.").of(metrics.registry(), () -> 7);
    catalogue.count("parley_test_bytes_total", "Bytes.").from(metrics.registry(), () -> 11);
    catalogue
        .time("parley_test_took_seconds", "How long.")
        .in(metrics.registry())
        .record(Duration.ofMillis(800));
    catalogue.size("parley_test_batch", "How many.").in(metrics.registry()).record(20);
    get("/health/live");
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
    assertThat(answer.body())
        .contains("parley_test_events_total{kind=\"message\"} 3.0")
        .contains("parley_test_sessions 7.0")
        .contains("parley_test_bytes_total 11.0")
        .contains("parley_test_took_seconds_bucket{le=\"0.5\"} 0")
        .contains("parley_test_took_seconds_bucket{le=\"1.0\"} 1")
        .contains("parley_test_batch_bucket{le=\"64.0\"} 1")
        .contains("parley_direct_memory_bytes")
        .contains("jvm_memory_used_bytes")
        .contains("parley_resident_memory_bytes")
        .contains("process_files_open_files")
        .contains("vertx_http_server_");
  }

  @Test
  void what_a_client_sends_makes_no_label() throws Exception {
    get("/some/path/of/a/client");
    HttpRequest strange =
        HttpRequest.newBuilder(uri("/metrics"))
            .method("STRANGE", HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(client.send(strange, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    assertThat(get("/metrics").body()).doesNotContain("STRANGE").doesNotContain("/some/path");
  }

  @Test
  void a_busy_port_is_told_in_a_sentence() {
    OpsServer second = new OpsServer(vertx, "localhost", server.port(), health, metrics);
    OpsServer other = new OpsServer(Vertx.vertx(), "127.0.0.1", server.port(), health, metrics);
    assertThatThrownBy(() -> other.start().await(5, SECONDS))
        .hasMessageContaining("set PARLEY_OPS_PORT to another one");
    assertThat(second.name()).isEqualTo("operations port");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}

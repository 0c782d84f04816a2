package parley.chassis.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.chassis.config.Secret;
import parley.protocol.ErrorCode;

class InternalClientTest {

  private static Vertx VERTX;
  private static final Secret SECRET = new Secret("sixteen characters");
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.close().await());
  }

  @BeforeAll
  static void open() {
    VERTX = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void calls_go_round_robin_and_past_an_address_where_nobody_listens() throws Exception {
    URI one = serve(named("one"));
    URI two = serve(named("two"));
    InternalClient client = client(Duration.ofSeconds(5), one, nobody(), two);
    Map<String, Integer> answers = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      answers.merge(
          client.post("/x", new JsonObject()).await(5, SECONDS).getString("name"), 1, Integer::sum);
    }
    assertThat(answers.get("one")).isGreaterThan(5);
    assertThat(answers.get("two")).isGreaterThan(5);
  }

  @Test
  void a_post_that_may_have_been_done_is_not_repeated() throws Exception {
    AtomicInteger done = new AtomicInteger();
    Handler<HttpServerRequest> breaks =
        request -> {
          done.incrementAndGet();
          request.connection().close();
        };
    InternalClient client = client(Duration.ofSeconds(5), serve(breaks), serve(breaks));
    CallFailed failed = failure(client.post("/x", new JsonObject()));
    assertThat(failed.mayHaveRun()).isTrue();
    assertThat(failed.error().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(done).hasValue(1);
    failure(client.get("/x"));
    assertThat(done).hasValue(3);
  }

  @Test
  void an_address_that_hangs_costs_a_part_of_the_time_only() throws Exception {
    InternalClient client =
        client(Duration.ofSeconds(2), serve(ignored -> {}), serve(named("two")));
    for (int i = 0; i < 4; i++) {
      assertThat(client.get("/x").await(3, SECONDS).getString("name")).isEqualTo("two");
    }
  }

  @Test
  void every_call_is_bounded_in_time() {
    InternalClient client = client(Duration.ofMillis(300), serve(ignored -> {}));
    assertThat(failure(client.post("/x", new JsonObject())).error().code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void errors_of_the_catalogue_are_handed_on_and_unavailable_asks_the_next() throws Exception {
    URI refuses =
        serve(
            request ->
                ErrorAnswer.of(ErrorCode.NOT_FOUND, "no such room").send(request.response()));
    CallFailed failed = failure(client(Duration.ofSeconds(2), refuses).get("/x"));
    assertThat(failed.error().code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failed.error().message()).isEqualTo("no such room");

    URI draining =
        serve(
            request -> ErrorAnswer.of(ErrorCode.UNAVAILABLE, "draining").send(request.response()));
    InternalClient client = client(Duration.ofSeconds(2), draining, serve(named("two")));
    for (int i = 0; i < 4; i++) {
      assertThat(client.post("/x", new JsonObject()).await(3, SECONDS).getString("name"))
          .isEqualTo("two");
    }
  }

  @Test
  void an_answer_that_is_no_json_is_a_fault() {
    URI strange = serve(request -> request.response().end("<html>"));
    assertThat(failure(client(Duration.ofSeconds(2), strange).get("/x")).error().code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void the_secret_of_the_cluster_opens_internal_paths_and_nothing_else_does() throws Exception {
    Router router = Router.router(VERTX);
    router.route("/internal/*").handler(ClusterSecret.required(SECRET));
    router.route().handler(context -> named("in").handle(context.request()));
    URI address = serve(router);
    assertThat(client(Duration.ofSeconds(2), address).get("/internal/x").await(3, SECONDS))
        .isEqualTo(new JsonObject().put("name", "in"));
    InternalClient stranger =
        InternalClient.open(
            VERTX, List.of(address), new Secret("another secret here"), Duration.ofSeconds(2));
    assertThat(failure(stranger.get("/internal/x")).error().code()).isEqualTo(ErrorCode.FORBIDDEN);
  }

  @Test
  void an_error_tells_code_message_and_when_to_retry() {
    assertThat(ErrorAnswer.of(ErrorCode.NOT_FOUND, "no").json().encode())
        .isEqualTo("{\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":\"no\"}}");
    assertThat(ErrorAnswer.of(ErrorCode.FULL, "wait", Duration.ofSeconds(3)).json().encode())
        .isEqualTo(
            "{\"ok\":false,\"error\":{\"code\":\"full\",\"message\":\"wait\",\"retryAfterMs\":3000}}");
  }

  private static CallFailed failure(Future<?> call) {
    return catchThrowableOfType(CallFailed.class, () -> call.await(10, SECONDS));
  }

  private static Handler<HttpServerRequest> named(String name) {
    return request -> request.response().end(new JsonObject().put("name", name).encode());
  }

  private static InternalClient client(Duration within, URI... addresses) {
    return InternalClient.open(VERTX, List.of(addresses), SECRET, within);
  }

  private URI serve(Handler<HttpServerRequest> handler) {
    HttpServer server =
        VERTX.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1").await();
    servers.add(server);
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private static URI nobody() {
    return URI.create("http://127.0.0.1:1");
  }
}

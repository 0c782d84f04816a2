package parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.engineio.ErrorReply;
import parley.engineio.RawClient;
import parley.engineio.SessionIds;

/** Long polling over two nodes, with requests spread over them as they come. */
class TwoNodesTest {
  private final Vertx vertx = Vertx.vertx();
  private final Map<Vertx, HttpClient> clients = new ConcurrentHashMap<>();
  private final Map<String, Integer> ports = new ConcurrentHashMap<>(); // by node
  private final AtomicInteger hops = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private TestApp a;
  private TestApp b;
  private HttpServer roundRobin;

  @BeforeEach
  void start() {
    a = node("node-a");
    b = node("node-b");
    roundRobin =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> pass(request, requests.getAndIncrement() % 2 == 0 ? a.port() : b.port()))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  private TestApp node(String name) {
    var engine =
        TestApp.engine()
            .ids(SessionIds.ofNode(name))
            .foreignSids(
                (request, sid) -> {
                  Integer port = ports.get(sid.substring(0, sid.indexOf('.')));
                  if (port == null || request.canUpgradeToWebSocket()) {
                    ErrorReply.UNKNOWN_SID.send(request);
                  } else {
                    hops.incrementAndGet();
                    pass(request, port);
                  }
                })
            .build();
    var app =
        new TestApp(
            SocketIoOptions.builder()
                .engine(engine)
                .recoveryInMemory(InMemoryRooms.Limits.defaults()),
            1,
            TestApp::serve);
    ports.put(name, app.port());
    return app;
  }

  /** Hands a request on and its answer back. */
  private void pass(HttpServerRequest request, int port) {
    HttpClient http =
        clients.computeIfAbsent(Vertx.currentContext().owner(), Vertx::createHttpClient);
    request
        .body()
        .compose(
            body ->
                http.request(
                        new RequestOptions()
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setMethod(request.method())
                            .setURI(request.uri()))
                    .compose(onward -> onward.send(body)))
        .compose(
            answer -> {
              request.response().setStatusCode(answer.statusCode());
              answer.headers().remove("transfer-encoding");
              request.response().headers().setAll(answer.headers());
              return answer.body();
            })
        .onSuccess((Buffer body) -> request.response().end(body))
        .onFailure(failure -> request.response().setStatusCode(502).end());
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void polling_works_through_a_proxy_that_knows_nothing_of_sessions() {
    try (var client = new RawClient(roundRobin.actualPort(), "/socket.io/")) {
      String sid = client.open();
      assertThat(sid).startsWith("node-a.");
      assertThat(client.post(sid, "40").body()).isEqualTo("ok");
      assertThat(client.poll(sid).body()).startsWith("40{");
      for (int i = 0; i < 10; i++) {
        assertThat(client.post(sid, "421[\"echo\"," + i + "]").body()).isEqualTo("ok");
        assertThat(client.poll(sid).body()).isEqualTo("431[" + i + "]");
      }
    }
    assertThat(hops.get()).isBetween(8, 14); // half of them, one hop each
  }

  @Test
  void a_session_of_a_node_that_is_gone_is_unknown() {
    try (var client = new RawClient(a.port(), "/socket.io/")) {
      var answer = client.poll("node-c.AAAAAAAAAAAAAAAAAAAA");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }
  }

  @Test
  void the_client_from_npm_polls_over_two_nodes() {
    NodeClient.run(
        "two-nodes.test.mjs", Map.of("SERVER_URL", "http://127.0.0.1:" + roundRobin.actualPort()));
    assertThat(hops.get()).isPositive();
  }
}

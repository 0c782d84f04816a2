package parley.engineio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and how. */
class BadInputTest {
  private EchoServer server;
  private RawClient client;

  private void start(EngineOptions.Builder options) {
    server = new EchoServer(options, 1);
    client = server.client();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | ?transport=polling               | 400 | {\"code\":5,\"message\":\"Unsupported"
            + " protocol version\"}",
        "GET  | ?EIO=3&transport=polling         | 400 | {\"code\":5,\"message\":\"Unsupported"
            + " protocol version\"}",
        "GET  | ?EIO=4                           | 400 | {\"code\":0,\"message\":\"Transport"
            + " unknown\"}",
        "GET  | ?EIO=4&transport=abc             | 400 | {\"code\":0,\"message\":\"Transport"
            + " unknown\"}",
        "POST | ?EIO=4&transport=polling         | 400 | {\"code\":2,\"message\":\"Bad handshake"
            + " method\"}",
        "PUT  | ?EIO=4&transport=polling         | 400 | {\"code\":2,\"message\":\"Bad handshake"
            + " method\"}",
        "GET  | ?EIO=4&transport=websocket       | 400 | {\"code\":3,\"message\":\"Bad request\"}",
        "GET  | ?EIO=4&transport=polling&sid=abc | 400 | {\"code\":1,\"message\":\"Session ID"
            + " unknown\"}",
        "POST | ?EIO=4&transport=polling&sid=abc | 400 | {\"code\":1,\"message\":\"Session ID"
            + " unknown\"}",
      })
  void a_bad_request_is_told_why(String method, String query, int status, String body)
      throws IOException {
    start(EchoServer.options());
    String answer =
        raw(
            method
                + " /engine.io/"
                + query
                + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .endsWith(body)
        .contains("application/json");
  }

  /** All that the server says until it closes the connection. */
  private String raw(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?EIO=4&transport=%zz",
        "?EIO=4&transport=polling&sid=%",
        "?EIO=4&transport=polling&sid=%00%ff",
        "?EIO=4&transport=polling&sid=../../x",
        "?&&&=&%3D"
      })
  void a_query_that_cannot_be_read_is_a_bad_request(String query) throws IOException {
    start(EchoServer.options());
    assertThat(raw("GET /engine.io/" + query + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void a_body_over_the_limit_is_refused_before_it_is_read_and_while() throws IOException {
    start(EchoServer.options().payloadBytesMax(1000));
    String sid = client.open();
    assertThat(client.post(sid, "4".repeat(1000)).statusCode()).isEqualTo(200);
    assertThat(client.post(sid, "4".repeat(1001)).statusCode()).isEqualTo(413);
    assertThat(server.closed).containsExactly(CloseReason.TRANSPORT_ERROR);
    String other = client.open();
    String chunk = "3e8\r\n" + "4".repeat(1000) + "\r\n";
    String answer =
        raw(
            "POST /engine.io/?EIO=4&transport=polling&sid="
                + other
                + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk
                + chunk);
    assertThat(answer).startsWith("HTTP/1.1 413 ");
    assertThat(server.counted.of(Refusal.PAYLOAD_TOO_LARGE)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "", "4ok\u001e", "\u001e4ok", "bA", "4ok\u001e9", "2"})
  void a_malformed_body_closes_the_session(String body) {
    start(EchoServer.options());
    String sid = client.open();
    assertThat(client.post(sid, body).statusCode()).isEqualTo(400);
    assertThat(client.poll(sid).statusCode()).isEqualTo(400);
    assertThat(server.closed).containsExactly(CloseReason.PARSE_ERROR);
  }

  @Test
  void a_body_that_is_not_utf8_or_says_it_is_binary_closes_the_session() {
    start(EchoServer.options());
    String sid = client.open();
    byte[] notUtf8 = {'4', (byte) 0xC3, 0x28};
    assertThat(
            client
                .send(client.request("&sid=" + sid).POST(BodyPublishers.ofByteArray(notUtf8)))
                .statusCode())
        .isEqualTo(400);
    String other = client.open();
    assertThat(
            client
                .send(
                    client
                        .request("&sid=" + other)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofString("4hello")))
                .statusCode())
        .isEqualTo(400);
    await().until(() -> server.closed.size() == 2);
  }

  @Test
  void too_many_packets_in_a_body_close_the_session() {
    start(EchoServer.options().packetsPerPollMax(3));
    String sid = client.open();
    assertThat(client.post(sid, "4a\u001e4b\u001e4c").statusCode()).isEqualTo(200);
    assertThat(client.post(sid, "4a\u001e4b\u001e4c\u001e4d").statusCode()).isEqualTo(400);
    assertThat(server.counted.of(Refusal.TOO_MANY_PACKETS)).isEqualTo(1);
    assertThat(server.closed).containsExactly(CloseReason.PARSE_ERROR);
  }

  @Test
  void a_body_that_trickles_in_is_given_up() throws IOException {
    start(EchoServer.options().bodyTimeout(Duration.ofMillis(200)));
    String sid = client.open();
    String answer =
        raw(
            "POST /engine.io/?EIO=4&transport=polling&sid="
                + sid
                + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n4h");
    assertThat(answer).startsWith("HTTP/1.1 408 ");
    assertThat(server.counted.of(Refusal.SLOW_BODY)).isEqualTo(1);
    assertThat(server.closed).containsExactly(CloseReason.TRANSPORT_ERROR);
  }

  @Test
  void a_second_post_while_one_is_coming_in_closes_the_session() throws IOException {
    start(EchoServer.options());
    String sid = client.open();
    try (var socket = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST /engine.io/?EIO=4&transport=polling&sid="
              + sid
              + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n4h";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      await()
          .untilAsserted(() -> assertThat(client.post(sid, "4hello").statusCode()).isEqualTo(400));
    }
    assertThat(server.closed).containsExactly(CloseReason.TRANSPORT_ERROR);
  }

  @Test
  void the_oldest_half_open_sessions_make_room() {
    server = new EchoServer(EchoServer.options(), 1);
    client = server.client();
    var halfOpen =
        EngineServer.create(
            server.vertx,
            EngineOptions.builder().halfOpenMax(3).counters(server.counted).build(),
            session ->
                new SessionListener() {
                  @Override
                  public void onText(byte[] bytes, int from, int to) {
                    session.establish();
                  }

                  @Override
                  public void onBinary(byte[] bytes) {}

                  @Override
                  public void onClose(CloseReason reason) {
                    server.closed.add(reason);
                  }
                });
    int port =
        server
            .vertx
            .createHttpServer()
            .requestHandler(halfOpen::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
    try (var other = new RawClient(port, "/engine.io/")) {
      List<String> sids = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        sids.add(other.open());
      }
      assertThat(other.post(sids.get(0), "4hello").statusCode()).isEqualTo(200); // established
      sids.add(other.open());
      assertThat(server.counted.of(Refusal.HALF_OPEN_DROPPED)).isZero();
      sids.add(other.open());
      await().until(() -> server.closed.contains(CloseReason.NEVER_ESTABLISHED));
      assertThat(server.counted.of(Refusal.HALF_OPEN_DROPPED)).isEqualTo(1);
      assertThat(other.post(sids.get(1), "4hello").statusCode()).isEqualTo(400);
      assertThat(other.post(sids.get(2), "4hello").statusCode()).isEqualTo(200);
      assertThat(halfOpen.options().node().halfOpenSessions()).isEqualTo(2);
    }
  }

  @Test
  void of_ten_thousand_half_open_sessions_and_some_more_the_oldest_are_dropped() throws Exception {
    int bound = EngineOptions.builder().build().halfOpenMax();
    int more = 100;
    server = new EchoServer(EchoServer.options(), 1);
    client = server.client();
    var engine =
        EngineServer.create(
            server.vertx,
            EngineOptions.builder().counters(server.counted).build(),
            session -> new Silent(server));
    int port =
        server
            .vertx
            .createHttpServer()
            .requestHandler(engine::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
    List<String> sids = floodWithHandshakes(port, bound + more);
    assertThat(engine.options().node().halfOpenSessions()).isEqualTo(bound);
    assertThat(engine.options().node().pollingSessions()).isEqualTo(bound);
    assertThat(server.counted.of(Refusal.HALF_OPEN_DROPPED)).isEqualTo(more);
    try (var other = new RawClient(port, "/engine.io/")) {
      assertThat(other.post(sids.get(more - 1), "4hello").statusCode()).isEqualTo(400);
      assertThat(other.post(sids.get(more), "4hello").statusCode()).isEqualTo(200);
      assertThat(other.post(sids.getLast(), "4hello").statusCode()).isEqualTo(200);
    }
  }

  /** One connection that asks for sessions without end; their ids in order. */
  private static List<String> floodWithHandshakes(int port, int count) throws IOException {
    byte[] request =
        "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .getBytes(US_ASCII);
    List<String> sids = new ArrayList<>(count);
    try (var socket = new Socket("127.0.0.1", port)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  for (int i = 0; i < count; i++) {
                    socket.getOutputStream().write(request);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      var answers = new Scanner(socket.getInputStream(), US_ASCII);
      while (sids.size() < count) {
        assertThat(answers.findWithinHorizon("\"sid\":\"([^\"]+)\"", 0)).isNotNull();
        sids.add(answers.match().group(1));
      }
    }
    return sids;
  }

  @Test
  void a_session_that_never_establishes_itself_is_closed() {
    start(EchoServer.options());
    var server2 =
        EngineServer.create(
            server.vertx,
            EngineOptions.builder().establishTimeout(Duration.ofMillis(100)).build(),
            session -> new Silent(server));
    int port =
        server
            .vertx
            .createHttpServer()
            .requestHandler(server2::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
    try (var other = new RawClient(port, "/engine.io/")) {
      other.open();
      assertThat(other.webSocket("").closed()).isEqualTo(1008);
      await().until(() -> server.closed.size() == 2);
      assertThat(server2.options().node().halfOpenSessions()).isZero();
      assertThat(server2.options().node().pollingSessions()).isZero();
    }
  }

  private record Silent(EchoServer server) implements SessionListener {
    @Override
    public void onText(byte[] bytes, int from, int to) {}

    @Override
    public void onBinary(byte[] bytes) {}

    @Override
    public void onClose(CloseReason reason) {
      server.closed.add(reason);
    }
  }

  @Test
  void pages_of_other_origins_are_refused_and_allowed_ones_get_their_headers() throws IOException {
    start(EchoServer.options().origins(Origins.of(Set.of("https://chat.example"), true)));
    String head =
        " /engine.io/?EIO=4&transport=polling HTTP/1.1\r\n"
            + "Host: here:1\r\n"
            + "Connection: close\r\n"
            + "Content-Length: 0\r\n";
    assertThat(raw("GET" + head + "Origin: https://evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ")
        .endsWith("{\"code\":4,\"message\":\"Forbidden\"}")
        .doesNotContain("allow-origin");
    assertThat(raw("GET" + head + "Origin: null\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    assertThat(raw("GET" + head + "Origin: http://here:1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    assertThat(raw("GET" + head + "Origin: https://chat.example\r\n\r\n").toLowerCase())
        .startsWith("http/1.1 200 ")
        .contains("access-control-allow-origin: https://chat.example\r\n")
        .contains("access-control-allow-credentials: true\r\n")
        .contains("vary: origin\r\n");
    assertThat(
            raw("OPTIONS"
                    + head
                    + "Origin: https://chat.example\r\nAccess-Control-Request-Headers: x-a\r\n\r\n")
                .toLowerCase())
        .startsWith("http/1.1 204 ")
        .contains("access-control-allow-methods: get,post\r\n")
        .contains("access-control-allow-headers: x-a\r\n");
    String upgrade =
        "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            + "Host: here:1\r\n"
            + "Upgrade: websocket\r\n"
            + "Connection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Origin: https://evil.example\r\n\r\n";
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(upgrade.getBytes(ISO_8859_1));
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, ISO_8859_1)).isEqualTo("HTTP/1.1 403");
    }
    assertThat(server.counted.of(Refusal.ORIGIN_NOT_ALLOWED)).isEqualTo(3);
  }

  @Test
  void any_origin_means_a_star_and_no_credentials() {
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> new Origins(null, true))
        .withMessageContaining("name the origins");
    start(EchoServer.options().origins(Origins.any()));
    var answer = client.send(client.request("").header("Origin", "https://anywhere.example"));
    assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
    assertThat(answer.headers().firstValue("access-control-allow-credentials")).isEmpty();
  }

  @Test
  void a_cookie_is_set_with_the_handshake_alone_if_wanted() {
    start(EchoServer.options().cookie("io"));
    var answer = client.send(client.request(""));
    String sid = RawClient.sid(answer.body());
    assertThat(answer.headers().firstValue("set-cookie"))
        .hasValue("io=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
    assertThat(client.post(sid, "4x").headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void large_answers_are_compressed_for_clients_that_take_it() throws Exception {
    start(EchoServer.options().gzipBytesMin(1000));
    String sid = client.open();
    String message = "4" + "hello ".repeat(1000);
    client.post(sid, message);
    var request = client.request("&sid=" + sid).header("Accept-Encoding", "gzip, deflate").build();
    var answer = java.net.http.HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
    assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(answer.body().length).isLessThan(200);
    try (var plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(new String(plain.readAllBytes(), UTF_8)).isEqualTo(message);
    }
    client.post(sid, message);
    assertThat(client.poll(sid).body()).isEqualTo(message);
  }

  @Test
  void a_long_outbox_goes_out_in_answers_within_the_limit() {
    start(EchoServer.options().payloadBytesMax(100).gzipBytesMin(0));
    String sid = client.open();
    for (int i = 0; i < 10; i++) {
      client.post(sid, "4" + "x".repeat(39));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(client.poll(sid).body()).hasSize(81);
    }
  }

  @Test
  void a_session_that_does_not_take_what_it_is_sent_is_closed() {
    start(EchoServer.options().outboxBytesMax(10_000));
    String sid = client.open();
    for (int i = 0; i < 9; i++) {
      assertThat(client.post(sid, "4" + "x".repeat(1000)).statusCode()).isEqualTo(200);
    }
    client.post(sid, "4" + "x".repeat(1000));
    await().until(() -> server.closed.contains(CloseReason.OUTBOX_FULL));
    assertThat(client.poll(sid).statusCode()).isEqualTo(400);
  }

  @Test
  void a_client_that_does_not_finish_its_upgrade_goes_on_polling() {
    start(EchoServer.options().upgradeTimeout(Duration.ofMillis(200)));
    String sid = client.open();
    var socket = client.webSocket("&sid=" + sid);
    socket.send("2probe");
    assertThat(socket.closed()).isEqualTo(1002);
    assertThat(server.counted.of(Refusal.UPGRADE_TIMED_OUT)).isEqualTo(1);
    client.post(sid, "4hello");
    assertThat(client.poll(sid).body()).isEqualTo("4hello");
  }

  @Test
  void a_message_over_the_limit_closes_a_websocket() {
    start(EchoServer.options().payloadBytesMax(1000));
    var socket = client.webSocket("");
    socket.send("4" + "x".repeat(2000));
    assertThat(socket.closed()).isNotEqualTo(1000);
    await().until(() -> server.closed.size() == 1);
  }
}

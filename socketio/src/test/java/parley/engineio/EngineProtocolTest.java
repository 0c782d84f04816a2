package parley.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On one event loop, and on two, where half the requests of a session arrive on another loop than
 * it lives on.
 */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class EngineProtocolTest {
  private static final String UNKNOWN_SID = "{\"code\":1,\"message\":\"Session ID unknown\"}";
  private static final String BAD_REQUEST = "{\"code\":3,\"message\":\"Bad request\"}";

  private final EchoServer server;
  private RawClient client;

  EngineProtocolTest(int loops) {
    server = new EchoServer(EchoServer.options(), loops);
  }

  @BeforeEach
  void open() {
    client = server.client();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void a_polling_handshake_tells_the_session_and_its_limits() {
    var answer = client.send(client.request(""));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .matches(
            "0\\{\"sid\":\"[\\w-]{20}\",\"upgrades\":\\[\"websocket\"],\"pingInterval\":10000,"
                + "\"pingTimeout\":10000,\"maxPayload\":1000000}");
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; charset=UTF-8");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
  }

  @Test
  void a_websocket_handshake_offers_no_upgrade() {
    assertThat(client.webSocket("").text()).startsWith("0{").contains("\"upgrades\":[],");
  }

  @Test
  void packets_go_both_ways_over_polling_text_and_binary_in_order() {
    String sid = client.open();
    var posted = client.post(sid, "4hello\u001ebAQIDBA==\u001e4wörld");
    assertThat(posted.statusCode()).isEqualTo(200);
    assertThat(posted.body()).isEqualTo("ok");
    assertThat(client.poll(sid).body()).isEqualTo("4hello\u001ebAQIDBA==\u001e4wörld");
  }

  @Test
  void a_poll_waits_for_something_to_be_sent() {
    String sid = client.open();
    var poll = client.pollLater(sid);
    assertThat(poll).isNotDone();
    client.post(sid, "4late");
    assertThat(poll.join().body()).isEqualTo("4late");
  }

  @Test
  void packets_go_both_ways_over_a_websocket() {
    var socket = client.webSocket("");
    socket.text();
    socket.send("4hello");
    socket.send(new byte[] {1, 2, 3});
    assertThat(socket.text()).isEqualTo("4hello");
    assertThat(socket.next()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
  }

  @Test
  void a_session_moves_to_a_websocket_with_what_was_queued_in_order() {
    String sid = client.open();
    client.post(sid, "4one\u001ebAQID");
    var socket = client.webSocket("&sid=" + sid);
    socket.send("2probe");
    assertThat(socket.text()).isEqualTo("3probe");
    socket.send("5");
    socket.send("4two");
    assertThat(socket.text()).isEqualTo("4one");
    assertThat(socket.next()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(socket.text()).isEqualTo("4two");
    assertThat(server.counted.upgrades.sum()).isEqualTo(1);
  }

  @Test
  void the_probe_releases_a_waiting_poll() {
    String sid = client.open();
    var poll = client.pollLater(sid);
    var socket = client.webSocket("&sid=" + sid);
    socket.send("2probe");
    assertThat(poll.join().body()).isEqualTo("6");
    assertThat(client.poll(sid).body()).isEqualTo("6");
  }

  @Test
  void polling_and_a_second_websocket_are_refused_after_the_move() {
    String sid = client.open();
    var socket = client.webSocket("&sid=" + sid);
    socket.send("2probe");
    assertThat(socket.text()).isEqualTo("3probe");
    socket.send("5");
    await().until(() -> server.counted.upgrades.sum() == 1);
    assertThat(client.poll(sid).body()).isEqualTo(BAD_REQUEST);
    assertThat(client.post(sid, "4not by this way").body()).isEqualTo(BAD_REQUEST);
    assertThat(client.webSocket("&sid=" + sid).closed()).isEqualTo(1002);
    assertThat(server.counted.of(Refusal.UPGRADE_REFUSED)).isEqualTo(1);
    socket.send("4still here");
    assertThat(socket.text()).isEqualTo("4still here");
  }

  @Test
  void a_session_that_has_moved_is_unknown_once_it_has_ended() {
    String sid = client.open();
    var socket = client.webSocket("&sid=" + sid);
    socket.send("2probe");
    assertThat(socket.text()).isEqualTo("3probe");
    socket.send("5");
    socket.send("1");
    socket.closed();
    assertThat(client.poll(sid).body()).isEqualTo(UNKNOWN_SID);
    assertThatThrownBy(() -> client.webSocket("&sid=" + sid))
        .isInstanceOf(CompletionException.class);
  }

  @Test
  void a_candidate_that_says_anything_else_is_dropped_and_polling_goes_on() {
    String sid = client.open();
    var socket = client.webSocket("&sid=" + sid);
    socket.send("4too early");
    assertThat(socket.closed()).isEqualTo(1002);
    client.post(sid, "4hello");
    assertThat(client.poll(sid).body()).isEqualTo("4hello");
  }

  @Test
  void a_second_candidate_is_refused_while_one_is_there() {
    String sid = client.open();
    var first = client.webSocket("&sid=" + sid);
    assertThat(client.webSocket("&sid=" + sid).closed()).isEqualTo(1002);
    assertThat(server.counted.of(Refusal.UPGRADE_REFUSED)).isEqualTo(1);
    first.send("2probe");
    assertThat(first.text()).isEqualTo("3probe");
  }

  @Test
  void a_candidate_that_goes_away_leaves_the_session_free_for_another() {
    String sid = client.open();
    client.webSocket("&sid=" + sid).abort();
    await()
        .untilAsserted(
            () -> {
              var socket = client.webSocket("&sid=" + sid);
              socket.send("2probe");
              assertThat(socket.text()).isEqualTo("3probe");
            });
  }

  @Test
  void the_client_closes_over_polling_and_its_poll_comes_back_empty() {
    String sid = client.open();
    var poll = client.pollLater(sid);
    client.post(sid, "4x");
    assertThat(poll.join().body()).isEqualTo("4x");
    client.post(sid, "1");
    assertThat(client.poll(sid).statusCode()).isEqualTo(400);
    assertThat(server.closed).containsExactly(CloseReason.TRANSPORT_CLOSE);
  }

  @Test
  void the_client_closes_over_a_websocket() {
    var socket = client.webSocket("");
    socket.send("1");
    assertThat(socket.closed()).isEqualTo(1000);
    await()
        .untilAsserted(
            () -> assertThat(server.closed).containsExactly(CloseReason.TRANSPORT_CLOSE));
  }

  @Test
  void two_polls_at_a_time_close_the_session() {
    String sid = client.open();
    var first = client.pollLater(sid);
    var second = client.pollLater(sid);
    var answers = List.of(first.join(), second.join());
    assertThat(answers)
        .extracting(answer -> answer.statusCode())
        .containsExactlyInAnyOrder(200, 400);
    assertThat(answers).extracting(answer -> answer.body()).contains("1");
    assertThat(client.poll(sid).statusCode()).isEqualTo(400);
    assertThat(server.counted.of(Refusal.REQUESTS_OVERLAP)).isEqualTo(1);
  }

  @Test
  void a_poll_given_up_by_the_client_closes_the_session() {
    String sid = client.open();
    try (RawClient other = server.client()) {
      other.pollLater(sid);
      await().until(() -> server.sessions.get(sid).pollWaits());
    }
    await().until(() -> server.closed.contains(CloseReason.TRANSPORT_ERROR));
    assertThat(client.poll(sid).statusCode()).isEqualTo(400);
  }

  @Test
  void a_session_closed_between_two_polls_tells_so_with_the_next_one() {
    String sid = client.open();
    EngineSession session = server.sessions.get(sid);
    session.run(
        () -> {
          Outgoing last = Outgoing.text("last words");
          session.send(last);
          last.release();
          session.close(CloseReason.FORCED_SERVER_CLOSE);
        });
    assertThat(client.poll(sid).body()).isEqualTo("4last words");
    assertThat(client.poll(sid).body()).isEqualTo("1");
    assertThat(client.poll(sid).statusCode()).isEqualTo(400);
    assertThat(server.closed).containsExactly(CloseReason.FORCED_SERVER_CLOSE);
  }

  @Test
  void a_session_closed_as_soon_as_it_is_made_is_heard_of() {
    var closing =
        EngineServer.create(
            server.vertx,
            EngineOptions.builder().build(),
            session -> {
              session.close(CloseReason.FORCED_SERVER_CLOSE);
              return new SessionListener() {
                @Override
                public void onText(byte[] bytes, int from, int to) {}

                @Override
                public void onBinary(byte[] bytes) {}

                @Override
                public void onClose(CloseReason reason) {
                  server.closed.add(reason);
                }
              };
            });
    int port =
        server
            .vertx
            .createHttpServer()
            .requestHandler(closing::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
    try (var other = new RawClient(port, "/engine.io/")) {
      assertThat(other.webSocket("").closed()).isEqualTo(1000);
      await().until(() -> server.closed.contains(CloseReason.FORCED_SERVER_CLOSE));
      String sid = other.open();
      assertThat(other.poll(sid).body()).isEqualTo("1");
    }
  }

  @Test
  void everything_is_closed_within_the_window_and_nothing_new_is_let_in() {
    var socket = client.webSocket("");
    String sid = client.open();
    server.engine.close(Duration.ofMillis(50)).toCompletionStage().toCompletableFuture().join();
    assertThat(socket.closed()).isEqualTo(1012);
    assertThat(client.poll(sid).body()).isEqualTo("1");
    assertThat(client.send(client.request("")).statusCode()).isEqualTo(503);
  }
}

package parley.engineio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("measures times")
class HeartbeatTest {
  private static final int CONNECTIONS = Integer.getInteger("heartbeat.connections", 5_000);
  private static final int ROUNDS = 5;

  @Test
  void pings_come_over_both_transports_as_long_as_they_are_answered() {
    var options =
        EchoServer.options()
            .pingInterval(Duration.ofMillis(100))
            .pingTimeout(Duration.ofMillis(2000));
    try (var server = new EchoServer(options, 1);
        RawClient client = server.client()) {
      var socket = client.webSocket("");
      assertThat(socket.next().toString()).startsWith("0{");
      String sid = client.open();
      for (int i = 0; i < 3; i++) {
        assertThat(socket.next()).isEqualTo("2");
        socket.send("3");
        assertThat(client.poll(sid).body()).isEqualTo("2");
        assertThat(client.post(sid, "3").statusCode()).isEqualTo(200);
      }
      assertThat(server.closed).isEmpty();
    }
  }

  @Test
  void a_ping_that_is_not_answered_closes_the_session() {
    var options =
        EchoServer.options()
            .pingInterval(Duration.ofMillis(100))
            .pingTimeout(Duration.ofMillis(100));
    try (var server = new EchoServer(options, 1);
        RawClient client = server.client()) {
      var socket = client.webSocket("");
      String sid = client.open();
      socket.closed();
      await().until(() -> server.closed.size() == 2);
      assertThat(server.closed).containsOnly(CloseReason.PING_TIMEOUT);
      assertThat(client.poll(sid).statusCode()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "2probe"})
  void a_ping_from_a_client_is_malformed(String ping) {
    try (var server = new EchoServer(EchoServer.options(), 1);
        RawClient client = server.client()) {
      var socket = client.webSocket("");
      socket.send(ping);
      assertThat(socket.closed()).isEqualTo(1002);
    }
  }

  @Test
  void thousands_of_connections_get_their_pings_in_time() {
    var options =
        EchoServer.options()
            .pingInterval(Duration.ofSeconds(4))
            .pingTimeout(Duration.ofSeconds(20));
    try (var server = new EchoServer(options, 1)) {
      NetClient net = server.vertx.createNetClient();
      var open = new AtomicInteger();
      List<NetSocket> sockets = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i += 250) { // a bounded number of connects under way
        List<Future<NetSocket>> batch = new ArrayList<>();
        for (int j = 0; j < 250; j++) {
          batch.add(
              net.connect(server.port(), "127.0.0.1")
                  .onSuccess(socket -> answerPings(socket, open)));
        }
        Future.all(batch).toCompletionStage().toCompletableFuture().join();
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> open.get() == CONNECTIONS);
      // The clients share the two cores, and other modules' builds may as well: what a server can
      // do it shows in one round of several, and what it cannot in none.
      long best = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && best > 20; round++) {
        best = Math.min(best, lateness(server));
      }
      assertThat(best).isLessThanOrEqualTo(20);
      assertThat(server.closed).isEmpty();
    }
  }

  /** By how many milliseconds 95 of a hundred pings are late at most, over two for each client. */
  private static long lateness(EchoServer server) {
    server.counted.pingLateness.clear();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> server.counted.pingLateness.size() >= CONNECTIONS * 2);
    List<Long> sorted = server.counted.pingLateness.stream().sorted().toList();
    assertThat(sorted.getFirst()).isGreaterThanOrEqualTo(-20);
    System.out.printf(
        "pings of %d connections: p50 %d ms, p99 %d ms, max %d ms late%n",
        CONNECTIONS,
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() * 99 / 100),
        sorted.getLast());
    return sorted.get(sorted.size() * 95 / 100);
  }

  /** Just enough of a WebSocket client: answers each ping frame of Engine.IO with a masked pong. */
  private static void answerPings(NetSocket socket, AtomicInteger open) {
    Buffer ping = Buffer.buffer(new byte[] {(byte) 0x81, 1, '2'});
    Buffer pong = Buffer.buffer(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, '3'});
    boolean[] upgraded = new boolean[1];
    socket.handler(
        data -> {
          if (!upgraded[0]) {
            upgraded[0] = true;
            open.incrementAndGet();
          } else if (data.equals(ping)) {
            socket.write(pong);
          }
        });
    socket.write(
        Buffer.buffer(
            ("GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
                    + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                .getBytes(US_ASCII)));
  }
}

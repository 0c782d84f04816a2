package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests of a polling session that arrive at the other node, seen packet by packet. */
class PassedOnTest {
  private static final String POLLING = "/socket.io/?EIO=4&transport=polling";
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  /** Opens a session at the first node and connects to the namespace through the second. */
  private static String open() {
    String sid = new JsonObject(town.get(0, POLLING, null).body().substring(1)).getString("sid");
    String connect = "40" + new JsonObject().put("token", town.token("ann")).encode();
    assertThat(town.post(1, POLLING + "&sid=" + sid, null, connect).body()).isEqualTo("ok");
    assertThat(town.get(1, POLLING + "&sid=" + sid, null).body()).startsWith("40{");
    return sid;
  }

  private static final class Frames implements WebSocket.Listener {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile boolean closed;

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        heard.add(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed = true;
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed = true;
    }
  }

  private static WebSocket upgrade(int gateway, String sid, Frames frames) {
    return town.http
        .newWebSocketBuilder()
        .buildAsync(
            URI.create(
                "ws://127.0.0.1:"
                    + town.port(gateway)
                    + "/socket.io/?EIO=4&transport=websocket&sid="
                    + sid),
            frames)
        .join();
  }

  @Test
  void a_client_moves_to_a_websocket_through_the_node_that_is_not_its_own() {
    String sid = open();
    Frames frames = new Frames();
    WebSocket socket = upgrade(1, sid, frames);
    socket.sendText("2probe", true).join();
    await().atMost(Town.SOON).until(() -> frames.heard.contains("3probe"));
    socket.sendText("5", true).join();
    socket.sendText("420" + new JsonArray().add("join").add(room("moved")).encode(), true).join();
    await()
        .atMost(Town.SOON)
        .until(() -> frames.heard.stream().anyMatch(frame -> frame.startsWith("430")));
    String large = "x".repeat(7_000);
    for (int i = 0; i < 20; i++) {
      JsonObject message = room("moved").put("text", large);
      socket.sendText("42" + new JsonArray().add("send").add(message).encode(), true).join();
    }
    await()
        .atMost(Town.SOON)
        .until(() -> frames.heard.stream().filter(frame -> frame.contains(large)).count() == 20);
    assertThat(town.get(0, POLLING + "&sid=" + sid, null).statusCode()).isEqualTo(400);
    socket.sendText("1", true).join();
    await().atMost(Town.SOON).until(() -> frames.closed);
  }

  /** The server's first line and whether it closed the connection, without waiting for more. */
  private static String answerTo(String sid, int announced, String sent) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", town.port(1))) {
      socket.setSoTimeout(20_000);
      String head =
          "POST %s&sid=%s HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
              .formatted(POLLING, sid, announced);
      socket.getOutputStream().write((head + sent).getBytes(StandardCharsets.US_ASCII));
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String first = lines.readLine();
      for (String line = first; line != null; line = lines.readLine()) {
        // up to the end of the connection
      }
      return first;
    }
  }

  @Test
  void a_body_that_is_too_long_or_does_not_go_on_is_given_up_at_any_node() throws IOException {
    String sid = open();
    double slow = refused("slow_body");
    double large = refused("payload_too_large");
    assertThat(answerTo(sid, 100, "4")).contains(" 408 ");
    assertThat(answerTo(sid, 1_500_000, "x".repeat(1_200_000))).contains(" 413 ");
    assertThat(refused("slow_body")).isEqualTo(slow + 1);
    assertThat(refused("payload_too_large")).isEqualTo(large + 1);
    String join = "420" + new JsonArray().add("join").add(room("still here")).encode();
    assertThat(town.post(1, POLLING + "&sid=" + sid, null, join).body()).isEqualTo("ok");
  }

  private static double refused(String reason) {
    return town.counted(1, "parley_socketio_refused_total", "reason", reason);
  }

  /** Its address may be another node's by now, or the very one that looks it up. */
  @Test
  void a_request_is_passed_on_once_whatever_stands_in_the_registry() {
    for (int named = 0; named < 2; named++) {
      String entry = town.redis.command("GET", "node:" + town.gateway(named).nodeId());
      town.redis.command("SET", "node:dead" + named, entry);
      long start = System.nanoTime();
      assertThat(town.get(0, POLLING + "&sid=dead" + named + ".x", null).body())
          .contains("Session ID unknown");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
  }

  private static JsonObject room(String name) {
    return new JsonObject().put("room", name);
  }

  @Test
  void a_websocket_for_a_session_that_nobody_knows_is_refused_everywhere() {
    for (String sid : List.of("nobody", "nobody.nothing", town.gateway(0).nodeId() + ".nothing")) {
      for (int gateway = 0; gateway < 2; gateway++) {
        int at = gateway;
        assertThat(
                org.assertj.core.api.Assertions.catchThrowable(
                    () -> upgrade(at, sid, new Frames())))
            .as(sid + " at " + at)
            .isNotNull();
      }
    }
  }
}

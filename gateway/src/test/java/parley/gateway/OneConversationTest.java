package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One conversation over every transport and two nodes: everybody hears the same in the same order.
 */
class OneConversationTest {
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void all_transports_hear_and_say_the_same() throws Exception {
    String room = "talk";
    RawSocketIo io = RawSocketIo.connect(town.http, town.port(0), town.token("ann"));
    io.ask("join", new JsonObject().put("room", room));
    Plain plain = Plain.connect(1, town.token("ben"));
    plain.join(room);
    List<String> streamed = stream(0, room, town.token("cid"), null);
    List<String> polled = poll(1, room, town.token("dan"));
    for (int i = 0; i < 8; i++) {
      switch (i % 4) {
        case 0 -> io.ask("send", new JsonObject().put("room", room).put("text", "m" + i));
        case 1 -> plain.ask("send", new JsonObject().put("room", room).put("text", "m" + i));
        case 2 ->
            town.post(
                0,
                "/api/rooms/" + room + "/messages",
                town.token("cid"),
                "{\"text\":\"m" + i + "\"}");
        default ->
            town.post(
                1,
                "/api/rooms/" + room + "/messages",
                town.token("dan"),
                "{\"text\":\"m" + i + "\"}");
      }
    }
    List<String> expected = List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7");
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              assertThat(io.texts()).isEqualTo(expected);
              assertThat(plain.texts).isEqualTo(expected);
              assertThat(texts(streamed)).isEqualTo(expected);
              assertThat(texts(polled)).isEqualTo(expected);
            });
    String shortPoll =
        town.get(1, "/api/rooms/" + room + "/events?after=0", town.token("eve")).body();
    assertThat(
            new JsonObject(shortPoll)
                .getJsonArray("events").stream()
                    .map(event -> ((JsonObject) event).getString("text"))
                    .toList())
        .isEqualTo(expected);
  }

  @Test
  void a_stream_goes_on_at_another_node_behind_its_last_event() throws Exception {
    String token = town.token("cid");
    List<String> first = stream(0, "flow", token, null);
    await().atMost(Town.SOON).until(() -> first.stream().anyMatch(line -> line.contains("joined")));
    town.post(0, "/api/rooms/flow/messages", token, "{\"text\":\"one\"}");
    await().atMost(Town.SOON).until(() -> texts(first).contains("one"));
    String id =
        first.stream()
            .filter(line -> line.startsWith("id: "))
            .reduce((a, b) -> b)
            .get()
            .substring(4);
    town.post(0, "/api/rooms/flow/messages", token, "{\"text\":\"two\"}");
    List<String> second = stream(1, "flow", token, id);
    await().atMost(Town.SOON).untilAsserted(() -> assertThat(texts(second)).containsExactly("two"));
  }

  private static List<String> texts(List<String> lines) {
    return lines.stream()
        .map(line -> line.startsWith("data: ") ? line.substring(6) : line)
        .filter(line -> line.startsWith("{") && line.contains("\"type\":\"message\""))
        .map(line -> new JsonObject(line).getString("text"))
        .toList();
  }

  private static List<String> stream(int gateway, String room, String token, String lastId)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(town.url(gateway) + "/sse?room=" + room))
            .header("Authorization", "Bearer " + token);
    if (lastId != null) {
      request.header("Last-Event-ID", lastId);
    }
    List<String> lines = new CopyOnWriteArrayList<>();
    var _ =
        town.http
            .sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
            .thenAcceptAsync(
                response -> {
                  BufferedReader reader =
                      new BufferedReader(
                          new InputStreamReader(response.body(), StandardCharsets.UTF_8));
                  reader.lines().forEach(lines::add);
                });
    if (lastId == null) {
      await()
          .atMost(Town.SOON)
          .until(() -> lines.stream().anyMatch(line -> line.contains("joined")));
    }
    return lines;
  }

  private static List<String> poll(int gateway, String room, String token) {
    List<String> events = new CopyOnWriteArrayList<>();
    long head =
        new JsonObject(town.get(gateway, "/api/rooms/" + room + "/events", token).body())
            .getLong("head");
    Thread.ofVirtual()
        .start(
            () -> {
              long after = head;
              while (true) {
                HttpResponse<String> answer =
                    town.get(
                        gateway, "/api/rooms/" + room + "/events?wait=20&after=" + after, token);
                JsonObject page = new JsonObject(answer.body());
                for (Object event : page.getJsonArray("events")) {
                  events.add(((JsonObject) event).encode());
                  after = ((JsonObject) event).getLong("seq");
                }
              }
            });
    return events;
  }

  /** A client of {@code /ws}. */
  private static final class Plain implements WebSocket.Listener {
    final List<JsonObject> frames = new CopyOnWriteArrayList<>();
    final List<String> texts = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private WebSocket socket;
    private int ids;

    static Plain connect(int gateway, String token) {
      Plain plain = new Plain();
      plain.socket =
          town.http
              .newWebSocketBuilder()
              .buildAsync(URI.create(town.url(gateway).replace("http", "ws") + "/ws"), plain)
              .join();
      JsonObject welcome = plain.ask("auth", new JsonObject().put("token", token));
      assertThat(welcome.getJsonObject("user").getString("id")).isEqualTo("ben");
      return plain;
    }

    void join(String room) {
      assertThat(ask("join", new JsonObject().put("room", room)).getBoolean("ok")).isTrue();
    }

    JsonObject ask(String event, JsonObject data) {
      int id = ids++;
      socket
          .sendText(
              new JsonObject().put("id", id).put("event", event).put("data", data).encode(), true)
          .join();
      await()
          .atMost(Town.SOON)
          .until(
              () -> frames.stream().anyMatch(f -> Integer.valueOf(id).equals(f.getInteger("id"))));
      return frames.stream()
          .filter(f -> Integer.valueOf(id).equals(f.getInteger("id")))
          .findFirst()
          .get()
          .getJsonObject("data");
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        JsonObject frame = new JsonObject(partial.toString());
        partial.setLength(0);
        frames.add(frame);
        if ("message".equals(frame.getString("event"))) {
          texts.add(frame.getJsonObject("data").getString("text"));
        }
      }
      from.request(1);
      return null;
    }
  }
}

package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends: an error of the catalogue, nothing stored, the connection stays. */
class BadInputTest {
  private static Town town;
  private static RawSocketIo ann;

  @BeforeAll
  static void start() {
    town = Town.with(1, "PARLEY_LIMITS", "off");
    ann = RawSocketIo.connect(town.http, town.port(0), town.token("ann"));
    ann.ask("join", new JsonObject().put("room", "good"));
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  static Stream<Arguments> requests() {
    String long9k = "x".repeat(9_000);
    JsonArray deep = new JsonArray();
    for (int i = 0; i < 40; i++) {
      deep = new JsonArray().add(deep);
    }
    return Stream.of(
        Arguments.of("send", room().put("text", long9k), "too_large"),
        Arguments.of("send", room().put("text", ""), "invalid"),
        Arguments.of("send", room().put("text", 5), "invalid"),
        Arguments.of("send", room().put("text", "a\u0000b"), "invalid"),
        Arguments.of("send", room(), "invalid"),
        Arguments.of("send", room().put("data", deep), "invalid"),
        Arguments.of("send", room().put("data", "y".repeat(17_000)), "too_large"),
        Arguments.of("send", room().put("text", "t").put("key", "k".repeat(65)), "invalid"),
        Arguments.of("send", room().put("text", "t").put("key", "~own"), "invalid"),
        Arguments.of("send", room().put("text", "t").put("key", "a:b"), "invalid"),
        Arguments.of("send", room().put("text", "t").put("replyTo", -1), "invalid"),
        Arguments.of("send", room().put("text", "t").put("replyTo", 1.5), "invalid"),
        Arguments.of("send", room().put("text", "t").put("ack", "never"), "invalid"),
        Arguments.of("send", new JsonObject().put("text", "t"), "invalid"),
        Arguments.of("send", new JsonObject().put("room", "a{b}").put("text", "t"), "invalid"),
        Arguments.of(
            "send", new JsonObject().put("room", "r".repeat(101)).put("text", "t"), "invalid"),
        Arguments.of("join", new JsonObject().put("room", 7), "invalid"),
        Arguments.of("join", room().put("after", -5), "invalid"),
        Arguments.of("join", room().put("after", 1e300), "invalid"),
        Arguments.of("join", room().put("after", "5"), "invalid"),
        Arguments.of("typing", new JsonObject().put("room", "elsewhere"), "not_joined"),
        Arguments.of("who", new JsonObject().put("room", "elsewhere"), "not_joined"),
        Arguments.of(
            "emit", emit("message", new JsonObject().put("room", "good")), "reserved_event"),
        Arguments.of("emit", emit("has space", new JsonObject().put("room", "good")), "invalid"),
        Arguments.of("emit", emit("wave", "all"), "forbidden"),
        Arguments.of("emit", emit("wave", "nobody"), "invalid"),
        Arguments.of("emit", emit("wave", new JsonObject().put("room", "elsewhere")), "not_joined"),
        Arguments.of("history", room().put("limit", 0), "invalid"),
        Arguments.of("history", room().put("limit", 201), "invalid"),
        Arguments.of("history", room().put("before", -1), "invalid"),
        Arguments.of("auth", new JsonObject().put("token", "rubbish"), "unauthorized"),
        Arguments.of("auth", new JsonObject(), "invalid"),
        Arguments.of("no_such_event", new JsonObject(), "unknown_event"));
  }

  private static JsonObject room() {
    return new JsonObject().put("room", "good");
  }

  private static JsonObject emit(String event, Object to) {
    return new JsonObject().put("to", to).put("event", event).put("data", 1);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void a_bad_request_is_refused_with_its_code(String event, JsonObject data, String code) {
    JsonObject answer = ann.ask(event, data);
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isFalse();
    assertThat(answer.getJsonObject("error").getString("code")).as(answer.encode()).isEqualTo(code);
    assertThat(ann.closed).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"send\",{\"room\":\"good\",\"text\":\"a\\ud800b\"}]",
        "[\"send\",{\"room\":\"good\",\"data\":{\"x\":\"\\udc00\"}}]",
        "[\"join\",{\"room\":\"\\ud83d\"}]"
      })
  void half_a_surrogate_pair_is_refused(String event) {
    ann.send("429999" + event);
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () ->
                assertThat(ann.packets)
                    .anySatisfy(packet -> assertThat(packet).startsWith("439999")));
    assertThat(
            ann.packets.removeIf(
                packet ->
                    packet.startsWith("439999[{\"ok\":false,\"error\":{\"code\":\"invalid\"")))
        .isTrue();
    assertThat(ann.closed).isNotDone();
  }

  @Test
  void arguments_that_are_no_object_are_refused() {
    assertThat(ann.later("send", "just text").join().getJsonObject("error").getString("code"))
        .isEqualTo("invalid");
    assertThat(ann.later("send", new JsonObject(), 5).join().getBoolean("ok")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"event\":",
        "nonsense",
        "[1]",
        "5",
        "null",
        "{}",
        "{\"event\":7}",
        "{\"id\":9,\"data\":{}}",
        "{\"event\":\"send\",\"data\":{\"text\":\"\\ud800\"}}x"
      })
  void a_frame_that_is_not_ours_is_answered_and_the_connection_stays(String malformed) {
    BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    StringBuilder text = new StringBuilder();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
              frames.add(new JsonObject(text.toString()));
              text.setLength(0);
            }
            from.request(1);
            return null;
          }
        };
    WebSocket socket =
        town.http
            .newWebSocketBuilder()
            .buildAsync(URI.create(town.url(0).replace("http", "ws") + "/ws"), listener)
            .join();
    JsonObject auth =
        new JsonObject()
            .put("id", 1)
            .put("event", "auth")
            .put("data", new JsonObject().put("token", town.token("ann")));
    socket.sendText(malformed, true).join();
    assertThat(next(frames).getJsonObject("data").getJsonObject("error").getString("code"))
        .isEqualTo("invalid");
    socket.sendText(auth.encode(), true).join();
    assertThat(next(frames).getJsonObject("data").getBoolean("ok")).isTrue();
    socket.sendText(malformed, true).join();
    assertThat(next(frames).getJsonObject("data").getJsonObject("error").getString("code"))
        .isEqualTo("invalid");
    socket.sendText("{\"id\":\"x\",\"event\":\"send\",\"data\":{}}", true).join();
    assertThat(next(frames).getString("id")).isEqualTo("x");
    socket.abort();
  }

  private static JsonObject next(BlockingQueue<JsonObject> frames) {
    try {
      return Objects.requireNonNull(frames.poll(20, TimeUnit.SECONDS), "no frame");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothing_of_it_is_stored() {
    String page = town.get(0, "/api/rooms/good/messages", town.token("ann")).body();
    assertThat(new JsonObject(page).getJsonArray("messages")).isEmpty();
  }

  @Test
  void http_requests_that_are_bad_are_refused() {
    String token = town.token("ann");
    assertThat(town.post(0, "/api/rooms/good/messages", token, "[]").statusCode()).isEqualTo(400);
    assertThat(town.post(0, "/api/rooms/good/messages", token, "{\"text\":7}").statusCode())
        .isEqualTo(400);
    assertThat(town.post(0, "/api/rooms/good/messages", null, "{\"text\":\"t\"}").statusCode())
        .isEqualTo(401);
    assertThat(
            town.post(
                    0,
                    "/api/rooms/good/messages",
                    token,
                    "{\"text\":\"" + "x".repeat(300_000) + "\"}")
                .statusCode())
        .isEqualTo(413);
    assertThat(town.get(0, "/api/rooms/good/events?after=-1", token).statusCode()).isEqualTo(400);
    assertThat(town.get(0, "/api/rooms/good/events?wait=31", token).statusCode()).isEqualTo(400);
    assertThat(town.get(0, "/api/rooms/a%7Bb/events", token).statusCode()).isEqualTo(400);
    assertThat(town.get(0, "/api//internal/rooms", token).statusCode()).isEqualTo(404);
    assertThat(town.get(0, "/api/%2e%2e/internal/nodes", token).statusCode()).isEqualTo(404);
    assertThat(town.get(0, "/internal/nodes", token).statusCode()).isEqualTo(404);
    assertThat(town.get(0, "/sse", token).statusCode()).isEqualTo(400);
  }
}

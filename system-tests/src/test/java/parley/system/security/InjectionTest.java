package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.system.LiveSystem;

/** Texts stay texts: in SQL, in Lua, in the logs and in whatever a browser is given. */
class InjectionTest {
  private static final String SECRET = "the-needle-of-another-room";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static LiveSystem system;
  private static String room;
  private static Visitor owner;
  private static Visitor eve;

  @BeforeAll
  static void open() {
    system = LiveSystem.open();
    String mark = UUID.randomUUID().toString().substring(0, 8);
    room = "texts-" + mark;
    owner = Visitor.user(system.node(0), "owner-" + mark);
    eve = Visitor.user(system.node(1), "eve-" + mark);
    JsonObject closed = new JsonObject().put("id", "closed-" + mark).put("kind", "private");
    assertThat(owner.post("/api/rooms", closed).code()).isEqualTo(Answer.OK);
    owner.post(
        "/api/rooms/closed-" + mark + "/messages",
        new JsonObject().put("text", SECRET).put("ack", "stored"));
    assertThat(eve.post("/api/rooms", new JsonObject().put("id", room)).code())
        .isEqualTo(Answer.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "' OR '1'='1",
        "' OR 1=1 --",
        "') OR true; --",
        "'; DROP TABLE history.messages; --",
        "' UNION SELECT text FROM history.messages --",
        "%' OR text LIKE '%",
        "%",
        "_",
        "needle' | 'x",
        "needle:* & !x",
        "\\",
        "\\'; SELECT pg_sleep(10); --",
        "$1",
        "$$; SELECT 1; $$",
        "]]..redis.call('FLUSHALL')..[[",
        "\"}); redis.call('FLUSHALL'); --",
        "{room}:*",
        "%s%s%n%x",
        "${jndi:ldap://127.0.0.1/x}",
        "#{7*7}${7*7}{{7*7}}",
        "<script>alert(1)</script>",
        "a\r\nEVAL \"redis.call('FLUSHALL')\" 0\r\n"
      })
  void a_hostile_text_is_a_text_wherever_it_is_given(String text) {
    String path = "/api/rooms/" + room;
    Answer sent =
        eve.post(
            path + "/messages",
            new JsonObject().put("text", text).put("data", text).put("ack", "stored"));
    assertThat(sent.code()).as(sent.text()).isEqualTo(Answer.OK);
    long seq = new JsonObject(sent.text()).getLong("seq");
    JsonObject stored =
        new JsonObject(eve.get(path + "/messages?around=" + seq + "&limit=1").text());
    assertThat(stored.getJsonArray("messages").getJsonObject(0).getString("text")).isEqualTo(text);
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    for (String query :
        List.of(
            path + "/messages?q=" + encoded,
            path + "/messages?before=" + encoded,
            path + "/messages?limit=" + encoded,
            path + "/events?after=" + encoded,
            "/api/rooms?q=" + encoded,
            "/api/rooms/" + encoded,
            "/api/rooms/" + encoded + "/messages",
            "/api/users/" + encoded)) {
      Answer answer = eve.get(query);
      assertThat(answer.text()).as(query).doesNotContain(SECRET, "ERROR:", "Exception");
      assertThat(answer.code()).as(query).isNotIn("internal", "unavailable", "http_500");
    }
    Answer keyed = eve.post(path + "/messages", new JsonObject().put("text", "t").put("key", text));
    assertThat(keyed.code()).isIn(Answer.OK, "invalid");
    Answer named = eve.post("/api/rooms", new JsonObject().put("id", text).put("name", text));
    assertThat(named.code()).isIn(Answer.OK, "invalid", "already_exists");
    assertThat(owner.get("/api/rooms/" + room + "/messages").text()).contains("\"seq\":" + seq);
  }

  @Test
  void a_log_line_cannot_be_forged() throws IOException {
    String forged = "2020-01-01T00:00:00.000Z INFO Gateway: forged-by-eve";
    String line = "x\n" + forged + "\r\n" + forged + "\u2028" + forged;
    for (String where : List.of("id", "name", "topic")) {
      eve.post("/api/rooms", new JsonObject().put("id", room + where).put(where, line));
    }
    eve.post("/api/guests", new JsonObject().put("name", line));
    for (Talk talk : List.of(eve.plain(), eve.socketIo())) {
      try (talk) {
        talk.ask("join", new JsonObject().put("room", line));
        talk.askRaw("send", "\"" + forged + "\"");
        talk.ask(JsonObject.of("a", "b").encode().replace("\"", "'"), new JsonObject());
        talk.ask("auth", new JsonObject().put("token", line));
      }
    }
    RawHttp.exchange(
        system.node(0),
        "GET /api/%0a"
            + forged.replace(" ", "%20")
            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        5_000);
    assertThat(logLines()).noneMatch(logged -> logged.startsWith("2020-01-01"));
  }

  private static List<String> logLines() throws IOException {
    try (Stream<Path> logs = Files.list(LiveSystem.LOGS)) {
      return logs.flatMap(InjectionTest::lines).toList();
    }
  }

  private static Stream<String> lines(Path log) {
    try {
      return Files.readString(log).lines();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void what_is_not_the_page_is_no_html() {
    String markup = "<script>alert(1)</script>";
    eve.post("/api/rooms/" + room + "/messages", new JsonObject().put("text", markup));
    String encoded = URLEncoder.encode(markup, StandardCharsets.UTF_8);
    for (String path :
        List.of(
            "/api/rooms/" + room + "/messages",
            "/api/rooms/" + room + "/events?after=0&wait=0",
            "/api/rooms/" + encoded,
            "/api/" + encoded,
            "/api/rooms?q=" + encoded)) {
      var answer = Visitor.send(eve.request("GET", path, null).build());
      assertThat(answer.headers().firstValue("content-type").orElse(""))
          .as(path)
          .startsWith("application/json");
      assertThat(answer.headers().firstValue("x-content-type-options"))
          .as(path)
          .hasValue("nosniff");
    }
    for (String path : List.of("/" + encoded, "/socket.io/" + encoded, "/assets/" + encoded)) {
      var answer = Visitor.send(eve.request("GET", path, null).build());
      assertThat(answer.body()).as(path).doesNotContain(markup);
    }
  }

  @Test
  void redis_and_postgres_are_as_they_were() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(owner.get("/api/rooms/" + room + "/messages").isOk()).isTrue());
    assertThat(
            eve.post("/api/rooms/" + room + "/messages", new JsonObject().put("text", "t")).code())
        .isEqualTo(Answer.OK);
  }
}

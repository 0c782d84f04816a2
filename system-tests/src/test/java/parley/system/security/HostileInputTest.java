package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import parley.system.LiveSystem;

/** Input that is too large, too deep or too slow: it is refused, and others do not notice. */
class HostileInputTest {
  private static final int SILENCE_MS = 15_000;
  private LiveSystem system;
  private Visitor visitor;

  @BeforeEach
  void open() {
    system = LiveSystem.open();
    visitor = Visitor.user(system.node(0), "heavy");
  }

  /** Somebody else on the same node is served as if nothing had been. */
  @AfterEach
  void others_do_not_notice() {
    Visitor other = Visitor.user(system.node(0), "bystander");
    try (Talk talk = other.plain()) {
      assertThat(talk.ask("join", new JsonObject().put("room", "calm")).code())
          .isEqualTo(Answer.OK);
      assertThat(talk.ask("send", new JsonObject().put("room", "calm").put("text", "fine")).code())
          .isEqualTo(Answer.OK);
    }
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of(
            "arrays in arrays", "{\"text\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}"),
        Arguments.of("arrays that do not end", "{\"data\":" + "[".repeat(60_000)),
        Arguments.of(
            "objects in objects",
            "{\"data\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000) + "}"),
        Arguments.of(
            "a number of many digits", "{\"text\":\"t\",\"data\":" + "9".repeat(60_000) + "}"),
        Arguments.of("a number of a huge exponent", "{\"text\":\"t\",\"replyTo\":1e999999999}"),
        Arguments.of("many fields", "{\"data\":{" + fields() + "}}"),
        Arguments.of("a NUL", "{\"text\":\"a\\u0000b\"}"));
  }

  private static String fields() {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 9_000; i++) {
      fields.append("\"k").append(i).append("\":1,");
    }
    return fields.append("\"z\":1").toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void is_refused_by_every_transport(String what, String json) {
    var request = visitor.request("POST", "/api/rooms/calm/messages", json).build();
    Answer posted = Answer.of(Visitor.send(request));
    assertThat(posted.code()).as(what).isIn("invalid", "too_large");
    String data = json.replaceFirst("\\{", "{\"room\":\"calm\",");
    for (Supplier<Talk> open : List.<Supplier<Talk>>of(visitor::plain, visitor::socketIo)) {
      try (Talk talk = open.get()) {
        talk.ask("join", new JsonObject().put("room", "calm"));
        assertThat(talk.askRaw("send", data).code())
            .as("%s over %s", what, talk)
            .isIn("invalid", "too_large", "closed");
      }
    }
  }

  @Test
  void broken_utf_16_is_refused() {
    String json = "{\"room\":\"calm\",\"text\":\"\\ud800\\ud800\"}";
    for (Supplier<Talk> open : List.<Supplier<Talk>>of(visitor::plain, visitor::socketIo)) {
      try (Talk talk = open.get()) {
        talk.ask("join", new JsonObject().put("room", "calm"));
        assertThat(talk.askRaw("send", json).code()).isEqualTo("invalid");
      }
    }
  }

  @Test
  void a_body_past_the_limit_is_not_read_to_its_end() {
    String answer =
        RawHttp.exchange(
            system.node(0),
            "POST /api/rooms/calm/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n%s"
                .formatted(visitor.token(), "x".repeat(300_000)),
            SILENCE_MS);
    assertThat(answer).startsWith("HTTP/1.1 413");
  }

  @Test
  void a_message_past_the_limit_ends_its_connection_only() {
    for (Supplier<Talk> open : List.<Supplier<Talk>>of(visitor::plain, visitor::socketIo)) {
      try (Talk talk = open.get()) {
        talk.ask("join", new JsonObject().put("room", "calm"));
        assertThat(talk.askRaw("send", "\"" + "x".repeat(2_000_000) + "\"").code())
            .isIn("closed", "too_large");
      }
    }
  }

  @Test
  void headers_and_addresses_have_limits() {
    String host = "Host: a\r\nConnection: close\r\n";
    for (String head :
        List.of(
            "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\n" + host,
            "GET / HTTP/1.1\r\n" + host + "X: " + "b".repeat(200_000) + "\r\n",
            "GET / HTTP/1.1\r\n" + host + "X: y\r\n".repeat(50_000),
            "GET /api/rooms?" + "a=b&".repeat(20_000) + " HTTP/1.1\r\n" + host,
            "X".repeat(100_000))) {
      String answer = RawHttp.exchange(system.node(0), head + "\r\n", SILENCE_MS);
      assertThat(answer).as(head.substring(0, 20)).doesNotStartWith("HTTP/1.1 200");
    }
  }

  @Test
  void who_does_not_go_on_is_given_up() {
    try (var silent = new Line(system.node(0).resolve("/ws"), Map.of());
        var trickling = new RawHttp(system.node(0))) {
      trickling.write(
          "POST /api/rooms/calm/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\n\r\n{"
              .formatted(visitor.token()));
      assertThat(trickling.readUntilSilent(SILENCE_MS)).startsWith("HTTP/1.1 400");
      assertThat(silent.next()).contains("unauthorized");
      assertThat(silent.next()).startsWith(Line.CLOSED);
    }
  }

  @Test
  void slow_heads_keep_nobody_out() {
    var slow = new ArrayList<RawHttp>();
    try {
      for (int i = 0; i < 300; i++) {
        var raw = new RawHttp(system.node(0));
        raw.write("GET /api/me HTTP/1.1\r\nHost: a\r\nX-Slow: ");
        slow.add(raw);
      }
      slow.forEach(raw -> raw.write("a"));
      assertThat(visitor.get("/api/me").code()).isEqualTo(Answer.OK);
      others_do_not_notice();
    } finally {
      slow.forEach(RawHttp::close);
    }
  }
}

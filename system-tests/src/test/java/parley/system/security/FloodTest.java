package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** More than anybody needs is refused with a code and a time to retry; others are served. */
class FloodTest {
  private static final int CONNECTIONS_MAX = 50;
  private static final int ROOMS_MAX = 60;
  private static final Duration SOON = Duration.ofSeconds(30);
  private final String room = "flood-" + UUID.randomUUID().toString().substring(0, 8);
  private LiveSystem system;
  private Visitor visitor;

  @BeforeEach
  void open() {
    system = LiveSystem.open();
    visitor = Visitor.user(system.node(0), "many-" + room);
  }

  @AfterEach
  void others_are_served() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(Visitor.user(system.node(0), "one-" + room).get("/api/me").code())
                    .isEqualTo(Answer.OK));
  }

  @Test
  void connections_of_one_user_are_bounded_over_all_transports() {
    var open = new ArrayList<Talk>();
    try {
      while (open.size() < CONNECTIONS_MAX) {
        open.add(open.size() % 2 == 0 ? visitor.plain() : visitor.socketIo());
      }
      assertThat(visitor.enterPlain().code()).isEqualTo("too_many_connections");
      assertThat(visitor.enterSocketIo().code()).isEqualTo("too_many_connections");
      assertThat(visitor.enterPolling().code()).isEqualTo("too_many_connections");
      assertThat(visitor.stream("room=" + room).code()).isEqualTo("too_many_connections");
      assertThat(Visitor.user(system.node(0), "other-" + room).enterPlain().code())
          .isEqualTo(Answer.OK);
    } finally {
      open.forEach(Talk::close);
    }
    await().atMost(SOON).until(() -> visitor.enterPlain().isOk());
  }

  @Test
  void requests_that_wait_are_bounded() {
    visitor.stream("room=" + room);
    var waiting = new ArrayList<RawHttp>();
    try {
      String poll =
          "GET /api/rooms/%s/events?wait=30 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(room, visitor.token());
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        var raw = new RawHttp(system.node(0));
        raw.write(poll);
        waiting.add(raw);
      }
      await()
          .atMost(SOON)
          .until(
              () ->
                  visitor
                      .get("/api/rooms/" + room + "/events?wait=1")
                      .code()
                      .equals("too_many_connections"));
    } finally {
      waiting.forEach(RawHttp::close);
    }
    await().atMost(SOON).until(() -> visitor.get("/api/rooms/" + room + "/events?wait=0").isOk());
  }

  @Test
  void rooms_of_one_session_are_bounded() {
    try (Talk talk = visitor.socketIo()) {
      List<String> codes =
          IntStream.rangeClosed(0, ROOMS_MAX)
              .mapToObj(i -> patiently(talk, "join", new JsonObject().put("room", room + i)))
              .toList();
      assertThat(codes.subList(0, ROOMS_MAX)).containsOnly(Answer.OK);
      assertThat(codes.getLast()).isEqualTo("too_many_rooms");
    }
  }

  /** Asks again when it is told to wait. */
  private static String patiently(Talk talk, String event, JsonObject data) {
    return await()
        .atMost(SOON)
        .until(() -> talk.ask(event, data).code(), code -> !code.equals("rate_limited"));
  }

  @Test
  void messages_of_one_connection_are_bounded_and_the_refused_are_told_when() {
    for (Talk talk : List.of(visitor.plain(), visitor.socketIo())) {
      try (talk) {
        talk.ask("join", new JsonObject().put("room", room));
        Answer refused = null;
        for (int i = 0; i < 5_000 && refused == null; i++) {
          Answer answer = talk.ask("typing", new JsonObject().put("room", room).put("on", true));
          refused = answer.isOk() ? null : answer;
        }
        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo("rate_limited");
        assertThat(refused.text()).contains("retryAfterMs");
      }
    }
  }

  @Test
  void requests_from_one_address_are_bounded_whatever_it_says_of_itself() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 1_500; i++) {
      many.append(
          "GET /api/nodes HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.1.%d.%d\r\n\r\n"
              .formatted(i / 250, i % 250));
    }
    String answers = RawHttp.exchange(system.node(0), many.toString(), 3_000);
    assertThat(answers).contains("HTTP/1.1 429").containsIgnoringCase("retry-after: ");
    assertThat(answers).contains("\"code\":\"rate_limited\"");
  }
}

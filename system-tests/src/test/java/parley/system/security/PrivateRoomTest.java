package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import parley.system.LiveSystem;

/** A private room is closed to those who are no members, by every route and transport. */
class PrivateRoomTest {
  private static final String SECRET = "the-needle-of-the-private-room";
  private static final Set<String> REFUSALS =
      Set.of("forbidden", "not_member", "not_found", "not_joined", "refused");
  private static LiveSystem system;
  private static String room;
  private static long seq;
  private static Visitor owner;
  private static Visitor outsider;

  @BeforeAll
  static void open() {
    system = LiveSystem.open();
    room = "private-" + UUID.randomUUID().toString().substring(0, 8);
    owner = Visitor.user(system.node(0), "owner-" + room);
    outsider = Visitor.user(system.node(1), "outsider-" + room);
    JsonObject made =
        new JsonObject().put("id", room).put("kind", "private").put("topic", "topic " + SECRET);
    assertThat(owner.post("/api/rooms", made).code()).isEqualTo(Answer.OK);
    Answer sent =
        owner.post(
            "/api/rooms/" + room + "/messages",
            new JsonObject().put("text", SECRET).put("key", "first").put("ack", "stored"));
    assertThat(sent.code()).isEqualTo(Answer.OK);
    seq = new JsonObject(sent.text()).getLong("seq");
  }

  static Stream<Arguments> requests() {
    String base = "/api/rooms/" + room;
    return Stream.of(
        http("read the room", "GET", base, null),
        http("list its members", "GET", base + "/members", null),
        http("scroll back", "GET", base + "/messages", null),
        http("search", "GET", base + "/messages?q=needle", null),
        http("read around a message", "GET", base + "/messages?around=" + seq, null),
        http("poll", "GET", base + "/events?wait=0", null),
        http("poll for the past", "GET", base + "/events?after=0&wait=0", null),
        http("send", "POST", base + "/messages", new JsonObject().put("text", "let me in")),
        http("become a member", "PUT", base + "/membership", null),
        http("invite oneself", "PUT", base + "/invitations/outsider-" + room, null),
        http(
            "add oneself",
            "PUT",
            base + "/members/outsider-" + room,
            new JsonObject().put("role", "member")),
        http("edit", "PATCH", base + "/messages/" + seq, new JsonObject().put("text", "gone")),
        http("delete", "DELETE", base + "/messages/" + seq, null),
        http("react", "PUT", base + "/messages/" + seq + "/reactions/x", null),
        http("pin", "PUT", base + "/pins/" + seq, null),
        Arguments.of("stream", (Function<Visitor, Answer>) it -> it.stream("room=" + room)),
        Arguments.of(
            "stream the past",
            (Function<Visitor, Answer>) it -> it.stream("room=" + room + "&after=0")),
        Arguments.of(
            "stream among others",
            (Function<Visitor, Answer>) it -> it.stream("room=lobby&room=" + room + "&after=0")));
  }

  private static Arguments http(String what, String method, String path, JsonObject body) {
    return Arguments.of(what, (Function<Visitor, Answer>) it -> it.http(method, path, body));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void is_closed_to_requests(String what, Function<Visitor, Answer> attempt) {
    Answer answer = attempt.apply(outsider);
    if (what.equals("stream among others")) {
      assertThat(answer.text()).doesNotContain(SECRET);
      return;
    }
    assertThat(REFUSALS).as("%s: %s", what, answer).contains(answer.code());
    assertThat(answer.text()).doesNotContain(SECRET);
  }

  static Stream<Arguments> events() {
    JsonObject here = new JsonObject().put("room", room);
    Map<String, JsonObject> asked =
        Map.ofEntries(
            Map.entry("join", here),
            Map.entry("history", here),
            Map.entry("who", here),
            Map.entry("typing", here.copy().put("on", true)),
            Map.entry("read", here.copy().put("seq", seq)),
            Map.entry("send", here.copy().put("text", "let me in")),
            Map.entry("edit", here.copy().put("seq", seq).put("text", "changed")),
            Map.entry("delete", here.copy().put("seq", seq)),
            Map.entry("react", here.copy().put("seq", seq).put("emoji", "x").put("on", true)),
            Map.entry(
                "emit",
                new JsonObject().put("to", here).put("event", "wave").put("data", "hello")));
    return Stream.of("WebSocket", "Socket.IO")
        .flatMap(
            transport ->
                asked.entrySet().stream()
                    .map(event -> Arguments.of(transport, event.getKey(), event.getValue())));
  }

  @ParameterizedTest(name = "{1} over {0}")
  @MethodSource("events")
  void is_closed_to_connections(String transport, String event, JsonObject data) {
    try (Talk talk = transport.equals("WebSocket") ? outsider.plain() : outsider.socketIo()) {
      Answer answer = talk.ask(event, data);
      assertThat(REFUSALS).as("%s: %s", event, answer).contains(answer.code());
      owner.post("/api/rooms/" + room + "/messages", new JsonObject().put("text", SECRET));
      assertThat(talk.heardUntilNow()).doesNotContain(SECRET);
      assertThat(answer.text()).doesNotContain(SECRET);
    }
  }

  @Test
  void is_in_no_list_of_those_who_are_no_members() {
    for (String path : List.of("/api/rooms?q=" + room, "/api/rooms", "/api/me/rooms")) {
      assertThat(outsider.get(path).text()).as(path).doesNotContain(room, SECRET);
    }
    assertThat(owner.get("/api/rooms?q=" + room).text()).contains(room);
  }

  @Test
  void stays_closed_to_a_token_that_is_scoped_to_other_rooms() {
    String scoped =
        LiveSystem.signer(LiveSystem.AUDIENCE, parley.verify.cluster.Cluster.TOKEN_SECRET)
            .sign(
                "owner-" + room,
                "Owner",
                List.of(),
                java.util.Optional.of(List.of("lobby")),
                java.time.Duration.ofMinutes(5));
    Visitor narrow = new Visitor(system.node(0), scoped);
    assertThat(narrow.get("/api/rooms/" + room + "/messages").isOk()).isFalse();
    assertThat(narrow.get("/api/rooms/" + room + "/events").isOk()).isFalse();
    assertThat(narrow.get("/api/rooms/" + room).isOk()).isFalse();
    assertThat(narrow.stream("room=" + room).isOk()).isFalse();
    try (Talk talk = narrow.plain()) {
      assertThat(talk.ask("join", new JsonObject().put("room", room)).isOk()).isFalse();
    }
  }

  @Test
  void someone_elses_session_is_not_recovered() {
    JsonObject ids;
    try (Talk.SocketIo mine = owner.socketIo()) {
      ids = new JsonObject(mine.connect().text());
      assertThat(mine.ask("join", new JsonObject().put("room", room)).isOk()).isTrue();
    }
    // The connection broke without a goodbye, so the session waits to be taken up.
    owner.post("/api/rooms/" + room + "/messages", new JsonObject().put("text", SECRET));
    BiFunction<Visitor, String, Answer> takeUp =
        (visitor, offset) -> {
          JsonObject auth =
              new JsonObject()
                  .put("token", visitor.token())
                  .put("pid", ids.getString("pid"))
                  .put("offset", offset);
          try (Talk.SocketIo talk = Talk.socketIo(visitor.node(), Map.of(), auth)) {
            return new Answer(talk.connect().code(), talk.connect().text() + talk.heardUntilNow());
          }
        };
    for (String offset : List.of("0", "1", "9007199254740991", "-1", "x")) {
      Answer stolen = takeUp.apply(outsider, offset);
      assertThat(stolen.text()).doesNotContain(SECRET, ids.getString("sid"), ids.getString("pid"));
    }
    Answer own = takeUp.apply(owner, "0");
    assertThat(own.text()).as("the owner's own return").contains(ids.getString("sid"));
  }

  @Test
  void a_member_can_do_all_this() {
    assertThat(owner.get("/api/rooms/" + room + "/messages?q=needle").text()).contains(SECRET);
    assertThat(owner.get("/api/rooms/" + room + "/events?after=0&wait=0").text()).contains(SECRET);
    assertThat(owner.stream("room=" + room + "&after=0").text()).contains(SECRET);
    for (Talk talk : List.of(owner.plain(), owner.socketIo())) {
      try (talk) {
        Answer joined = talk.ask("join", new JsonObject().put("room", room).put("after", 0));
        assertThat(new JsonObject(joined.text()).getJsonArray("events", new JsonArray()))
            .isNotEmpty();
        assertThat(talk.ask("history", new JsonObject().put("room", room)).text()).contains(SECRET);
      }
    }
  }
}

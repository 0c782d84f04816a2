package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may do what in which kind of room: the same over every transport and on every node, and what
 * was refused was heard by nobody.
 */
class PermissionsTest {
  private static final List<String> WHO =
      List.of("owner", "moderator", "member", "muted", "stranger", "banned", "admin");

  /**
   * Of each kind of room and action, what each of {@link #WHO} is answered; - where there is none.
   */
  private static final String TABLE =
      """
      open         join     ok ok ok        ok    ok         banned     ok
      open         send     ok ok ok        muted ok         banned     ok
      open         store    ok ok ok        muted ok         not_joined ok
      open         typing   ok ok ok        muted ok         not_joined ok
      open         emit     ok ok ok        muted ok         not_joined ok
      open         who      ok ok ok        ok    ok         not_joined ok
      open         read     ok ok ok        ok    ok         banned     ok
      open         history  ok ok ok        ok    ok         banned     ok
      open         react    ok ok ok        muted ok         banned     ok
      open         edit     ok ok forbidden muted forbidden  banned     ok
      open         delete   ok ok forbidden muted forbidden  banned     ok
      private      join     ok ok ok        ok    not_member banned     ok
      private      send     ok ok ok        muted not_member banned     ok
      private      store    ok ok ok        muted not_joined not_joined ok
      private      typing   ok ok ok        muted not_joined not_joined ok
      private      emit     ok ok ok        muted not_joined not_joined ok
      private      who      ok ok ok        ok    not_joined not_joined ok
      private      read     ok ok ok        ok    not_member banned     ok
      private      history  ok ok ok        ok    not_member banned     ok
      private      react    ok ok ok        muted not_member banned     ok
      private      edit     ok ok forbidden muted not_member banned     ok
      private      delete   ok ok forbidden muted not_member banned     ok
      announcement join     ok ok ok        ok    ok         banned     ok
      announcement send     ok ok read_only muted read_only  banned     ok
      announcement store    ok ok read_only muted read_only  not_joined ok
      announcement typing   ok ok read_only muted read_only  not_joined ok
      announcement emit     ok ok read_only muted read_only  not_joined ok
      announcement who      ok ok ok        ok    ok         not_joined ok
      announcement read     ok ok ok        ok    ok         banned     ok
      announcement history  ok ok ok        ok    ok         banned     ok
      announcement react    ok ok ok        muted ok         banned     ok
      announcement edit     ok ok forbidden muted forbidden  banned     ok
      announcement delete   ok ok forbidden muted forbidden  banned     ok
      frozen       join     ok ok ok        ok    ok         banned     ok
      frozen       send     ok ok frozen    muted frozen     banned     ok
      frozen       store    ok ok frozen    muted frozen     not_joined ok
      frozen       typing   ok ok frozen    muted frozen     not_joined ok
      frozen       emit     ok ok frozen    muted frozen     not_joined ok
      frozen       who      ok ok ok        ok    ok         not_joined ok
      frozen       read     ok ok ok        ok    ok         banned     ok
      frozen       history  ok ok ok        ok    ok         banned     ok
      frozen       react    ok ok frozen    muted frozen     banned     ok
      frozen       edit     ok ok frozen    muted frozen     banned     ok
      frozen       delete   ok ok frozen    muted frozen     banned     ok
      direct       join     ok -  ok        -     not_member -          ok
      direct       send     ok -  ok        -     not_member -          ok
      direct       store    ok -  ok        -     not_joined -          ok
      direct       typing   ok -  ok        -     not_joined -          ok
      direct       emit     ok -  ok        -     not_joined -          ok
      direct       who      ok -  ok        -     not_joined -          ok
      direct       read     ok -  ok        -     not_member -          ok
      direct       history  ok -  ok        -     not_member -          ok
      direct       react    ok -  ok        -     not_member -          ok
      direct       edit     ok -  forbidden -     not_member -          ok
      direct       delete   ok -  forbidden -     not_member -          ok
      """;

  private static Town town;
  private static final Map<String, String> ROOMS = new HashMap<>();

  /** A message of the owner in each room. */
  private static final Map<String, Long> MESSAGES = new HashMap<>();

  private record Row(String kind, String action, List<String> answers) {
    static Row of(String line) {
      List<String> words = List.of(line.split(" +"));
      return new Row(words.get(0), words.get(1), words.subList(2, words.size()));
    }

    List<String> whoMay() {
      return WHO.stream().filter(who -> answers.get(WHO.indexOf(who)).equals("ok")).toList();
    }
  }

  private static List<Row> rows() {
    return TABLE.lines().map(Row::of).toList();
  }

  /**
   * How one user asks over one transport: the code of the error, or ok; null where there is no such
   * request.
   */
  private interface Asker {
    String ask(String action, String room, long seq);
  }

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
    for (String kind : List.of("open", "private", "announcement", "frozen")) {
      rest("POST", "/rooms", room(kind));
      rest("PUT", "/rooms/" + kind + "/members/moderator", "{\"role\":\"moderator\"}");
      rest("PUT", "/rooms/" + kind + "/mutes/muted", null);
      rest("PUT", "/rooms/" + kind + "/bans/banned", null);
      ROOMS.put(kind, kind);
    }
    rest("PATCH", "/rooms/frozen", "{\"frozen\":true}");
    ROOMS.put("direct", rest("PUT", "/direct/member", null).getString("id"));
    ROOMS.forEach(
        (kind, room) ->
            MESSAGES.put(
                kind,
                rest(
                        "POST",
                        "/rooms/" + room + "/messages",
                        "{\"text\":\"first\",\"ack\":\"stored\"}")
                    .getLong("seq")));
  }

  private static String room(String kind) {
    return new JsonObject()
        .put("id", kind)
        .put("kind", kind.equals("frozen") ? "open" : kind)
        .put("members", new JsonArray(List.of("moderator", "member", "muted")))
        .encode();
  }

  private static JsonObject rest(String method, String path, String body) {
    var answer = town.call(0, method, "/api" + path, town.token("owner"), body);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isIn(200, 201);
    return new JsonObject(answer.body());
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void the_table_holds_over_every_transport() {
    RawSocketIo listener = RawSocketIo.connect(town.http, town.port(1), town.token("owner"));
    ROOMS.values().forEach(room -> listener.ask("join", new JsonObject().put("room", room)));
    Map<String, Map<String, Asker>> askers = new HashMap<>();
    for (String who : WHO) {
      askers.put(
          who,
          Map.of(
              "socket.io",
              socketIo(who),
              "ws",
              plain(who),
              "http 0",
              http(0, who),
              "http 1",
              http(1, who)));
    }
    List<String> wrong = new ArrayList<>();
    for (Row row : rows()) {
      for (String who : WHO) {
        String expected = row.answers().get(WHO.indexOf(who));
        if (!expected.equals("-")) {
          askers
              .get(who)
              .forEach(
                  (transport, asker) -> {
                    String answer =
                        asker.ask(row.action(), ROOMS.get(row.kind()), MESSAGES.get(row.kind()));
                    if (answer != null && !answer.equals(expected)) {
                      wrong.add(
                          "%s %s %s over %s: %s instead of %s"
                              .formatted(
                                  row.kind(), who, row.action(), transport, answer, expected));
                    }
                  });
        }
      }
    }
    assertThat(wrong).isEmpty();
    rows().forEach(row -> nobodyElseWasHeard(row, listener));
  }

  private static void nobodyElseWasHeard(Row row, RawSocketIo listener) {
    String room = ROOMS.get(row.kind());
    String event =
        switch (row.action()) {
          case "send" -> "message";
          case "store" -> "kept";
          case "typing" -> "typing";
          case "emit" -> "wave";
          case "react" -> "reaction";
          case "edit" -> "edited";
          default -> null;
        };
    if (event != null) {
      await()
          .atMost(Town.SOON)
          .untilAsserted(
              () ->
                  assertThat(heardFrom(listener, event, room))
                      .as(row.kind() + " " + row.action())
                      .isEqualTo(new TreeSet<>(row.whoMay())));
    }
  }

  private static TreeSet<String> heardFrom(RawSocketIo listener, String event, String room) {
    return listener.heard(event).stream()
        .filter(heard -> heard.getString("room").equals(room))
        .map(heard -> heard.getJsonObject(event.equals("typing") ? "user" : "from").getString("id"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Asker socketIo(String who) {
    RawSocketIo client = RawSocketIo.connect(town.http, town.port(0), token(who));
    return (action, room, seq) -> code(client.ask(event(action), data(action, room, seq)));
  }

  private static Asker plain(String who) {
    PlainClient client = PlainClient.connect(town.http, town.port(1), token(who));
    return (action, room, seq) -> code(client.ask(event(action), data(action, room, seq)));
  }

  private static String token(String who) {
    return who.equals("admin")
        ? town.token(who, List.of("admin"), Optional.empty())
        : town.token(who);
  }

  private static String event(String action) {
    return action.equals("store") ? "emit" : action;
  }

  private static JsonObject data(String action, String room, long seq) {
    JsonObject data = new JsonObject().put("room", room);
    return switch (action) {
      case "send" -> data.put("text", "sent");
      case "typing" -> data.put("on", true);
      case "read" -> data.put("seq", seq);
      case "react" -> data.put("seq", seq).put("emoji", "+1");
      case "edit" -> data.put("seq", seq).put("text", "edited");
      case "delete" -> data.put("seq", seq);
      case "emit" -> new JsonObject().put("to", data).put("event", "wave").put("data", 1);
      case "store" ->
          new JsonObject().put("to", data).put("event", "kept").put("data", 1).put("store", true);
      default -> data;
    };
  }

  private static Asker http(int gateway, String who) {
    String token = token(who);
    return (action, room, seq) -> {
      String base = "/api/rooms/" + room;
      String message = base + "/messages/" + seq;
      var answer =
          switch (action) {
            case "join" -> town.get(gateway, base + "/events", token);
            case "send" -> town.post(gateway, base + "/messages", token, "{\"text\":\"sent\"}");
            case "history" -> town.get(gateway, base + "/messages", token);
            case "react" -> town.call(gateway, "PUT", message + "/reactions/x", token, null);
            case "edit" ->
                town.call(gateway, "PATCH", message, token, "{\"text\":\"edited by http\"}");
            case "delete" -> town.call(gateway, "DELETE", message, token, null);
            default -> null;
          };
      return answer == null
          ? null
          : answer.statusCode() < 300
              ? "ok"
              : new JsonObject(answer.body()).getJsonObject("error").getString("code");
    };
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }
}

package parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import parley.protocol.EventTail;
import parley.protocol.User;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;

/** Who may do what in which kind of room; who may not is told why, and nothing is changed. */
class PermissionsTest {
  private static final Trial TRIAL = new Trial();

  @AfterAll
  static void close() {
    TRIAL.close();
  }

  /** An action on a room, as a request. */
  private record Action(String name, String method, String path, Object... body) {}

  private static final List<String> KINDS = List.of("open", "private", "announcement");

  /** Of each action: who may (o owner, m moderator, b member, s stranger; x banned never may). */
  private static final Map<String, String> MAY_IN_PUBLIC =
      Map.ofEntries(
          Map.entry("read", "omb s"),
          Map.entry("list", "omb s"),
          Map.entry("join", "omb s"),
          Map.entry("change", "om"),
          Map.entry("kind", "o"),
          Map.entry("add", "om"),
          Map.entry("promote", "o"),
          Map.entry("invite", "om"),
          Map.entry("ban", "om"),
          Map.entry("mute", "om"),
          Map.entry("kick", "om"),
          Map.entry("pin", "om"),
          Map.entry("edit", "om"),
          Map.entry("delete", "om"),
          Map.entry("react", "omb s"));

  private static List<Action> actions(String room, long seq) {
    String base = "/rooms/" + room;
    return List.of(
        new Action("read", "GET", base),
        new Action("list", "GET", base + "/members"),
        new Action("join", "PUT", base + "/membership"),
        new Action("change", "PATCH", base, new JsonObject().put("topic", "t" + Math.random())),
        new Action(
            "add", "PUT", base + "/members/newcomer", new JsonObject().put("role", "member")),
        new Action(
            "promote", "PUT", base + "/members/second", new JsonObject().put("role", "moderator")),
        new Action("invite", "PUT", base + "/invitations/invited"),
        new Action("mute", "PUT", base + "/mutes/target", new JsonObject().put("seconds", 5)),
        new Action("kick", "POST", base + "/kicks/target"),
        new Action("ban", "PUT", base + "/bans/target"),
        new Action("pin", "PUT", base + "/pins/" + seq),
        new Action("edit", "PATCH", base + "/messages/" + seq, new JsonObject().put("text", "e")),
        new Action("react", "PUT", base + "/messages/" + seq + "/reactions/x"),
        new Action("delete", "DELETE", base + "/messages/" + seq));
  }

  private static long room(String id, String kind) {
    TRIAL.as(
        "owner",
        "POST",
        "/rooms",
        new JsonObject()
            .put("id", id)
            .put("kind", kind)
            .put("members", new JsonArray(List.of("moderator", "member", "second", "target"))));
    TRIAL.as(
        "owner",
        "PUT",
        "/rooms/" + id + "/members/moderator",
        new JsonObject().put("role", "moderator"));
    TRIAL.as("owner", "PUT", "/rooms/" + id + "/bans/banned");
    AppendReply sent =
        Append.reply(
            TRIAL.call(
                Append.service(
                    TRIAL.room(id),
                    "owner",
                    new Append.Key.Client("first"),
                    new EventTail.Message(id, new User("owner", "Owner"), "hi", null, null, null)
                        .json(),
                    Append.Change.NONE)));
    return ((AppendReply.Ok) sent).seq();
  }

  /** Everything that a refused request must leave as it is. */
  private static String state(String id) {
    List<String> all = new ArrayList<>();
    for (String table : List.of("members", "invitations")) {
      TRIAL
          .sql("select * from chat." + table + " where room = $1 order by user_id", id)
          .forEach(row -> all.add(row.toJson().encode()));
    }
    TRIAL
        .sql("select * from chat.rooms where id = $1", id)
        .forEach(row -> all.add(row.toJson().encode()));
    all.add(TRIAL.log(id).toString());
    all.add(
        new TreeMap<>(
                TRIAL.redis("HGETALL", TRIAL.room(id).members()).getKeys().stream()
                    .collect(java.util.stream.Collectors.toMap(k -> k, k -> k)))
            .toString());
    return all.toString();
  }

  @Test
  void the_table_of_who_may_do_what_holds() {
    List<String> wrong = new ArrayList<>();
    for (String kind : KINDS) {
      for (String who : List.of("owner", "moderator", "member", "stranger", "banned")) {
        String id = kind + "." + who;
        long seq = room(id, kind);
        for (Action action : actions(id, seq)) {
          boolean may = may(kind, who, action.name());
          String before = state(id);
          Trial.Answer answer = TRIAL.as(who, action.method(), action.path(), action.body());
          boolean did = answer.status() == 200;
          if (did != may) {
            wrong.add(kind + " " + who + " " + action.name() + ": " + answer);
          }
          if (!did && !before.equals(state(id))) {
            wrong.add(
                kind + " " + who + " " + action.name() + " was refused and changed something");
          }
          if (!did && !List.of("forbidden", "banned", "not_member").contains(answer.code())) {
            wrong.add(kind + " " + who + " " + action.name() + " has the code " + answer.code());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean may(String kind, String who, String action) {
    String those = MAY_IN_PUBLIC.get(action);
    return switch (who) {
      case "owner" -> those.contains("o");
      case "moderator" -> those.contains("m");
      case "member" -> those.contains("b");
      case "stranger" -> those.contains("s") && !kind.equals("private");
      default -> false;
    };
  }

  @Test
  void a_direct_room_has_two_equals_and_no_moderation() {
    String id = TRIAL.as("ann", "PUT", "/direct/bob").json().getString("id");
    for (Action action : actions(id, 1)) {
      String before = state(id);
      Trial.Answer stranger = TRIAL.as("cy", action.method(), action.path(), action.body());
      assertThat(stranger.code()).as(action.name()).isEqualTo("not_member");
      if (!List.of("read", "list", "join", "pin", "edit", "react", "delete")
          .contains(action.name())) {
        Trial.Answer own = TRIAL.as("ann", action.method(), action.path(), action.body());
        assertThat(own.code()).as(action.name()).isEqualTo("forbidden");
      }
      assertThat(state(id)).as(action.name()).isEqualTo(before);
    }
    assertThat(TRIAL.as("ann", "DELETE", "/rooms/" + id + "/membership").code())
        .isEqualTo("forbidden");
    assertThat(TRIAL.as("ann", "PUT", "/direct/ann").code()).isEqualTo("invalid");
  }

  @Test
  void one_acts_only_on_those_below_oneself() {
    room("ranks", "open");
    assertThat(TRIAL.as("moderator", "PUT", "/rooms/ranks/bans/owner").code())
        .isEqualTo("forbidden");
    assertThat(TRIAL.as("owner", "PUT", "/rooms/ranks/bans/owner").code()).isEqualTo("invalid");
    assertThat(TRIAL.as("owner", "DELETE", "/rooms/ranks/membership").code()).isEqualTo("conflict");
    assertThat(TRIAL.as("root", "PUT", "/rooms/ranks/bans/owner").status()).isEqualTo(200);
  }

  @Test
  void a_request_with_a_wrong_token_is_refused_everywhere_and_changes_nothing() {
    long seq = room("tokens", "open");
    String before = state("tokens");
    String expired = TRIAL.token("owner", java.time.Duration.ofSeconds(-90), List.of());
    String elsewhere = TRIAL.token("owner", java.time.Duration.ofHours(1), List.of(), "another");
    for (Action action : actions("tokens", seq)) {
      assertThat(with(action, "Bearer nonsense").code()).isEqualTo("unauthorized");
      assertThat(with(action, "Bearer " + TRIAL.token("owner") + "x").code())
          .isEqualTo("unauthorized");
      assertThat(with(action, "").code()).isEqualTo("unauthorized");
      assertThat(with(action, "Bearer parley_0011223344556677_00").code())
          .isEqualTo("unauthorized");
      assertThat(with(action, "Bearer " + expired).code()).isEqualTo("token_expired");
      if (!action.name().equals("join")) {
        assertThat(with(action, "Bearer " + elsewhere).code())
            .as(action.name())
            .isEqualTo("forbidden");
      }
    }
    assertThat(state("tokens")).isEqualTo(before);
  }

  private static Trial.Answer with(Action action, String authorization) {
    return TRIAL.at(
        0,
        authorization.isEmpty() ? "" : "Authorization",
        authorization,
        action.method(),
        "/api" + action.path(),
        action.body());
  }

  @Test
  void malformed_input_is_refused_and_changes_nothing() {
    long seq = room("input", "open");
    String before = state("input");
    List<Action> bad = new ArrayList<>();
    String message = "/rooms/input/messages/";
    bad.add(new Action("no JSON", "PATCH", "/rooms/input", "{\"topic\":"));
    bad.add(new Action("an array", "PATCH", "/rooms/input", "[]"));
    bad.add(new Action("empty", "PATCH", "/rooms/input", "{}"));
    bad.add(new Action("unknown field", "PATCH", "/rooms/input", "{\"colour\":1}"));
    bad.add(new Action("wrong type", "PATCH", "/rooms/input", "{\"topic\":1}"));
    bad.add(new Action("NUL", "PATCH", "/rooms/input", "{\"topic\":\"\\u0000\"}"));
    bad.add(
        new Action("NUL within", "PATCH", "/rooms/input", "{\"metadata\":{\"a\":\"\\u0000\"}}"));
    bad.add(new Action("lone surrogate", "PATCH", "/rooms/input", "{\"topic\":\"\\ud800\"}"));
    bad.add(new Action("direct", "PATCH", "/rooms/input", "{\"kind\":\"direct\"}"));
    bad.add(new Action("role", "PUT", "/rooms/input/members/x", "{\"role\":\"king\"}"));
    bad.add(new Action("user id", "PUT", "/rooms/input/bans/a%3Ab"));
    bad.add(new Action("user *", "PUT", "/rooms/input/bans/*"));
    bad.add(new Action("long id", "PUT", "/rooms/input/bans/" + "x".repeat(65)));
    bad.add(new Action("seconds", "PUT", "/rooms/input/bans/target", "{\"seconds\":-1}"));
    bad.add(new Action("seq text", "DELETE", message + "abc"));
    bad.add(new Action("seq negative", "DELETE", message + "-1"));
    bad.add(new Action("seq huge", "DELETE", message + "9".repeat(30)));
    bad.add(new Action("no text", "PATCH", message + seq, "{}"));
    bad.add(new Action("empty text", "PATCH", message + seq, "{\"text\":\"\"}"));
    bad.add(new Action("NUL in text", "PATCH", message + seq, "{\"text\":\"a\\u0000\"}"));
    bad.add(
        new Action(
            "long text", "PATCH", message + seq, "{\"text\":\"" + "ä".repeat(4_001) + "\"}"));
    bad.add(
        new Action(
            "deep",
            "PATCH",
            message + seq,
            "{\"data\":" + "{\"a\":".repeat(40) + "1" + "}".repeat(41)));
    bad.add(new Action("limit", "GET", "/rooms/input/members?limit=0"));
    bad.add(new Action("limit", "GET", "/rooms/input/members?limit=201"));
    bad.add(new Action("limit", "GET", "/rooms/input/members?limit=x"));
    bad.add(new Action("after", "GET", "/rooms/input/members?after=%00"));
    bad.add(new Action("emoji", "PUT", message + seq + "/reactions/%00"));
    bad.add(new Action("room id", "POST", "/rooms", "{\"id\":\"a:b\"}"));
    for (Action action : bad) {
      Trial.Answer answer = TRIAL.as("owner", action.method(), action.path(), action.body());
      assertThat(answer.code()).as("%s: %s", action.name(), answer).isEqualTo("invalid");
    }
    assertThat(TRIAL.as("owner", "PATCH", "/rooms/input", "x".repeat(70_000)).code())
        .isEqualTo("too_large");
    assertThat(state("input")).isEqualTo(before);
  }
}

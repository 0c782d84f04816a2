package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may do what in which kind of room: the same over every transport and on every node, and what
 * was refused was heard by nobody.
 */
class PermissionsTest {
  /** The columns of the tables. A guest has no column: it is a stranger like any other. */
  private static final List<String> WHO =
      List.of("owner", "moderator", "member", "muted", "stranger", "banned", "admin");

  private static final String GUEST = "guest";

  private static final List<String> EVERYBODY =
      Stream.concat(WHO.stream(), Stream.of(GUEST)).toList();

  /** Rooms that everybody may read who is not banned. */
  private static final List<String> PUBLIC = List.of("open", "announcement", "frozen", "archived");

  /**
   * Of each kind of room and action, what each of {@link #WHO} is answered; - where there is none.
   * What stands behind "own" is done to one's own message, otherwise to one of the owner.
   */
  private static final String TABLE =
      """
      open         join       ok ok ok        ok        ok         banned     ok
      open         send       ok ok ok        muted     ok         banned     ok
      open         store      ok ok ok        muted     ok         not_joined ok
      open         typing     ok ok ok        muted     ok         not_joined ok
      open         emit       ok ok ok        muted     ok         not_joined ok
      open         who        ok ok ok        ok        ok         not_joined ok
      open         read       ok ok ok        ok        ok         banned     ok
      open         history    ok ok ok        ok        ok         banned     ok
      open         react      ok ok ok        muted     ok         banned     ok
      open         edit.own   ok ok ok        muted     ok         banned     ok
      open         edit       ok ok forbidden muted     forbidden  banned     ok
      open         pin        ok ok forbidden forbidden forbidden  banned     ok
      open         delete.own ok ok ok        muted     ok         banned     ok
      open         delete     ok ok forbidden muted     forbidden  banned     ok
      private      join       ok ok ok        ok        not_member banned     ok
      private      send       ok ok ok        muted     not_member banned     ok
      private      store      ok ok ok        muted     not_joined not_joined ok
      private      typing     ok ok ok        muted     not_joined not_joined ok
      private      emit       ok ok ok        muted     not_joined not_joined ok
      private      who        ok ok ok        ok        not_joined not_joined ok
      private      read       ok ok ok        ok        not_member banned     ok
      private      history    ok ok ok        ok        not_member banned     ok
      private      react      ok ok ok        muted     not_member banned     ok
      private      edit.own   ok ok ok        muted     not_member banned     ok
      private      edit       ok ok forbidden muted     not_member banned     ok
      private      pin        ok ok forbidden forbidden not_member banned     ok
      private      delete.own ok ok ok        muted     not_member banned     ok
      private      delete     ok ok forbidden muted     not_member banned     ok
      announcement join       ok ok ok        ok        ok         banned     ok
      announcement send       ok ok read_only muted     read_only  banned     ok
      announcement store      ok ok read_only muted     read_only  not_joined ok
      announcement typing     ok ok read_only muted     read_only  not_joined ok
      announcement emit       ok ok read_only muted     read_only  not_joined ok
      announcement who        ok ok ok        ok        ok         not_joined ok
      announcement read       ok ok ok        ok        ok         banned     ok
      announcement history    ok ok ok        ok        ok         banned     ok
      announcement react      ok ok ok        muted     ok         banned     ok
      announcement edit.own   ok ok ok        muted     ok         banned     ok
      announcement edit       ok ok forbidden muted     forbidden  banned     ok
      announcement pin        ok ok forbidden forbidden forbidden  banned     ok
      announcement delete.own ok ok ok        muted     ok         banned     ok
      announcement delete     ok ok forbidden muted     forbidden  banned     ok
      frozen       join       ok ok ok        ok        ok         banned     ok
      frozen       send       ok ok frozen    muted     frozen     banned     ok
      frozen       store      ok ok frozen    muted     frozen     not_joined ok
      frozen       typing     ok ok frozen    muted     frozen     not_joined ok
      frozen       emit       ok ok frozen    muted     frozen     not_joined ok
      frozen       who        ok ok ok        ok        ok         not_joined ok
      frozen       read       ok ok ok        ok        ok         banned     ok
      frozen       history    ok ok ok        ok        ok         banned     ok
      frozen       react      ok ok frozen    muted     frozen     banned     ok
      frozen       edit.own   ok ok frozen    muted     frozen     banned     ok
      frozen       edit       ok ok frozen    muted     frozen     banned     ok
      frozen       pin        ok ok forbidden forbidden forbidden  banned     ok
      frozen       delete.own ok ok frozen    muted     frozen     banned     ok
      frozen       delete     ok ok frozen    muted     frozen     banned     ok
      archived     join       ok ok ok        ok        ok         banned     ok
      archived     send       ok ok frozen    muted     frozen     banned     ok
      archived     store      ok ok frozen    muted     frozen     not_joined ok
      archived     typing     ok ok frozen    muted     frozen     not_joined ok
      archived     emit       ok ok frozen    muted     frozen     not_joined ok
      archived     who        ok ok ok        ok        ok         not_joined ok
      archived     read       ok ok ok        ok        ok         banned     ok
      archived     history    ok ok ok        ok        ok         banned     ok
      archived     react      ok ok frozen    muted     frozen     banned     ok
      archived     edit.own   ok ok frozen    muted     frozen     banned     ok
      archived     edit       ok ok frozen    muted     frozen     banned     ok
      archived     pin        ok ok forbidden forbidden forbidden  banned     ok
      archived     delete.own ok ok frozen    muted     frozen     banned     ok
      archived     delete     ok ok frozen    muted     frozen     banned     ok
      direct       join       ok -  ok        -         not_member -          ok
      direct       send       ok -  ok        -         not_member -          ok
      direct       store      ok -  ok        -         not_joined -          ok
      direct       typing     ok -  ok        -         not_joined -          ok
      direct       emit       ok -  ok        -         not_joined -          ok
      direct       who        ok -  ok        -         not_joined -          ok
      direct       read       ok -  ok        -         not_member -          ok
      direct       history    ok -  ok        -         not_member -          ok
      direct       react      ok -  ok        -         not_member -          ok
      direct       edit.own   ok -  ok        -         not_member -          -
      direct       edit       ok -  forbidden -         not_member -          ok
      direct       pin        ok -  ok        -         not_member -          ok
      direct       delete.own ok -  ok        -         not_member -          -
      direct       delete     ok -  forbidden -         not_member -          ok
      """;

  /** The same of what is done to rooms and to others in them; over REST, through both nodes. */
  private static final String MODERATION =
      """
      public  invite     ok        ok        forbidden forbidden forbidden  banned ok
      public  uninvite   ok        ok        forbidden forbidden forbidden  banned ok
      public  add        ok        ok        forbidden forbidden forbidden  banned ok
      public  promote    ok        forbidden forbidden forbidden forbidden  banned ok
      public  mute       ok        ok        forbidden forbidden forbidden  banned ok
      public  unmute     ok        ok        forbidden forbidden forbidden  banned ok
      public  kick       ok        ok        forbidden forbidden forbidden  banned ok
      public  add        ok        ok        forbidden forbidden forbidden  banned ok
      public  remove     ok        ok        forbidden forbidden forbidden  banned ok
      public  ban        ok        ok        forbidden forbidden forbidden  banned ok
      public  unban      ok        ok        forbidden forbidden forbidden  banned ok
      public  mute.owner -         forbidden forbidden forbidden forbidden  banned -
      public  topic      ok        ok        forbidden forbidden forbidden  banned ok
      public  archive    ok        ok        forbidden forbidden forbidden  banned ok
      public  kind       ok        forbidden forbidden forbidden forbidden  banned ok
      public  look       ok        ok        ok        ok        ok         banned ok
      public  members    ok        ok        ok        ok        ok         banned ok
      public  enrol      ok        ok        ok        ok        ok         banned ok
      private invite     ok        ok        forbidden forbidden not_member banned ok
      private uninvite   ok        ok        forbidden forbidden not_member banned ok
      private add        ok        ok        forbidden forbidden not_member banned ok
      private promote    ok        forbidden forbidden forbidden not_member banned ok
      private mute       ok        ok        forbidden forbidden not_member banned ok
      private unmute     ok        ok        forbidden forbidden not_member banned ok
      private kick       ok        ok        forbidden forbidden not_member banned ok
      private add        ok        ok        forbidden forbidden not_member banned ok
      private remove     ok        ok        forbidden forbidden not_member banned ok
      private ban        ok        ok        forbidden forbidden not_member banned ok
      private unban      ok        ok        forbidden forbidden not_member banned ok
      private mute.owner -         forbidden forbidden forbidden not_member banned -
      private topic      ok        ok        forbidden forbidden not_member banned ok
      private archive    ok        ok        forbidden forbidden not_member banned ok
      private kind       ok        forbidden forbidden forbidden not_member banned ok
      private look       ok        ok        ok        ok        not_member banned ok
      private members    ok        ok        ok        ok        not_member banned ok
      private enrol      ok        ok        ok        ok        not_member banned ok
      direct  invite     forbidden -         forbidden -         not_member -      forbidden
      direct  uninvite   forbidden -         forbidden -         not_member -      forbidden
      direct  add        forbidden -         forbidden -         not_member -      forbidden
      direct  promote    forbidden -         forbidden -         not_member -      forbidden
      direct  mute       forbidden -         forbidden -         not_member -      forbidden
      direct  unmute     forbidden -         forbidden -         not_member -      forbidden
      direct  kick       forbidden -         forbidden -         not_member -      forbidden
      direct  add        forbidden -         forbidden -         not_member -      forbidden
      direct  remove     forbidden -         forbidden -         not_member -      forbidden
      direct  ban        forbidden -         forbidden -         not_member -      forbidden
      direct  unban      forbidden -         forbidden -         not_member -      forbidden
      direct  mute.owner -         -         forbidden -         not_member -      forbidden
      direct  topic      forbidden -         forbidden -         not_member -      forbidden
      direct  archive    forbidden -         forbidden -         not_member -      forbidden
      direct  kind       forbidden -         forbidden -         not_member -      forbidden
      direct  look       ok        -         ok        -         not_member -      ok
      direct  members    ok        -         ok        -         not_member -      ok
      direct  enrol      ok        -         ok        -         not_member -      forbidden
      """;

  private static Town town;
  private static final Map<String, String> TOKENS = new HashMap<>();
  private static final Map<String, String> IDS = new HashMap<>();
  private static final Map<String, String> ROOMS = new HashMap<>();

  /** Of each kind of room, a message of everybody who could say something in it. */
  private static final Map<String, Map<String, Long>> MESSAGES = new HashMap<>();

  private record Row(String kind, String action, List<String> answers) {
    static Stream<Row> of(String line) {
      List<String> words = List.of(line.split(" +"));
      List<String> kinds = words.getFirst().equals("public") ? PUBLIC : words.subList(0, 1);
      return kinds.stream()
          .map(kind -> new Row(kind, words.get(1), words.subList(2, words.size())));
    }

    String answer(String who) {
      return answers.get(WHO.indexOf(who.equals(GUEST) ? "stranger" : who));
    }

    Set<String> whoMay() {
      return EVERYBODY.stream().filter(who -> answer(who).equals("ok")).collect(Collectors.toSet());
    }

    /** The message that it is about. */
    long message(String who) {
      return MESSAGES.get(kind).getOrDefault(action.endsWith(".own") ? who : "owner", 0L);
    }
  }

  private static List<Row> rows(String table) {
    return table.lines().flatMap(Row::of).toList();
  }

  /**
   * How one user asks over one transport: the code of the error, or ok; null where there is no such
   * request.
   */
  private interface Asker {
    String ask(String action, String room, long seq);
  }

  /** Everybody says something while all may; then each room becomes what it is called. */
  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
    for (String who : WHO) {
      TOKENS.put(
          who,
          who.equals("admin") ? town.token(who, List.of(who), Optional.empty()) : town.token(who));
      IDS.put(who, who);
    }
    JsonObject guest =
        new JsonObject(town.post(0, "/api/guests", null, "{\"name\":\"Gus\"}").body());
    TOKENS.put(GUEST, guest.getString("token"));
    IDS.put(GUEST, guest.getJsonObject("user").getString("id"));
    JsonArray members = new JsonArray(List.of("moderator", "member", "muted", "banned"));
    for (String kind : List.of("open", "private", "announcement", "frozen", "archived")) {
      make("POST", "/rooms", new JsonObject().put("id", kind).put("members", members).encode());
      sayAll(kind, kind, EVERYBODY);
      make("PUT", "/rooms/" + kind + "/members/moderator", "{\"role\":\"moderator\"}");
      make("PUT", "/rooms/" + kind + "/mutes/muted", null);
      make("PUT", "/rooms/" + kind + "/bans/banned", null);
    }
    make("PATCH", "/rooms/private", "{\"kind\":\"private\"}");
    make("PATCH", "/rooms/announcement", "{\"kind\":\"announcement\"}");
    make("PATCH", "/rooms/frozen", "{\"frozen\":true}");
    make("PATCH", "/rooms/archived", "{\"archived\":true}");
    sayAll(
        "direct", make("PUT", "/direct/member", null).getString("id"), List.of("owner", "member"));
  }

  private static void sayAll(String kind, String room, List<String> people) {
    ROOMS.put(kind, room);
    Map<String, Long> said = new HashMap<>();
    for (String who : people) {
      String message = "{\"text\":\"first\",\"ack\":\"stored\"}";
      String path = "/rooms/" + room + "/messages";
      said.put(who, town.rest(0, "POST", path, TOKENS.get(who), message).getLong("seq"));
    }
    MESSAGES.put(kind, said);
  }

  private static JsonObject make(String method, String path, String body) {
    return town.rest(0, method, path, TOKENS.get("owner"), body);
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void the_table_holds_over_every_transport() {
    RawSocketIo listener = listener();
    List<Row> rows = rows(TABLE);
    assertHolds(
        rows,
        who ->
            Map.of(
                "socket.io", socketIo(who),
                "ws", plain(who),
                "sse", stream(who),
                "http 0", http(0, who),
                "http 1", http(1, who)));
    rows.forEach(row -> nobodyElseWasHeard(row, listener));
  }

  @Test
  void the_table_of_moderation_holds_through_every_node() {
    RawSocketIo listener = listener();
    List<Row> rows = rows(MODERATION);
    assertHolds(rows, who -> Map.of("http 0", moderating(0, who), "http 1", moderating(1, who)));
    rows.forEach(row -> nobodyElseHasChangedAnything(row, listener));
  }

  private static RawSocketIo listener() {
    RawSocketIo listener = RawSocketIo.connect(town.http, town.port(1), TOKENS.get("owner"));
    for (String room : ROOMS.values()) {
      assertThat(code(listener.ask("join", new JsonObject().put("room", room)))).isEqualTo("ok");
    }
    return listener;
  }

  private static void assertHolds(List<Row> rows, Function<String, Map<String, Asker>> askers) {
    Map<String, Map<String, Asker>> ways = new HashMap<>();
    EVERYBODY.forEach(who -> ways.put(who, askers.apply(who)));
    List<String> wrong = new ArrayList<>();
    for (Row row : rows) {
      for (String who : EVERYBODY) {
        String expected = row.answer(who);
        if (!expected.equals("-") && row.message(who) != 0) {
          ways.get(who)
              .forEach(
                  (transport, asker) -> {
                    String answer =
                        asker.ask(row.action(), ROOMS.get(row.kind()), row.message(who));
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
  }

  private static void nobodyElseWasHeard(Row row, RawSocketIo listener) {
    String event =
        switch (row.action()) {
          case "send" -> "message";
          case "store" -> "kept";
          case "typing" -> "typing";
          case "emit" -> "wave";
          case "react" -> "reaction";
          default -> null;
        };
    if (event != null) {
      String user = event.equals("typing") ? "user" : "from";
      assertHeard(row, listener, event, user, heard -> true);
    }
    String changed =
        switch (row.action()) {
          case "edit" -> "edited";
          case "delete" -> "deleted";
          default -> null;
        };
    if (changed != null) {
      // Of two deletions the second is none, so all that can be said is that nobody else did it.
      String room = ROOMS.get(row.kind());
      List<String> by =
          listener.heard(changed).stream()
              .filter(heard -> heard.getString("room").equals(room))
              .filter(heard -> heard.getLong("target") == row.message("owner"))
              .map(heard -> heard.getJsonObject("from").getString("id"))
              .toList();
      assertThat(by).as(row.kind() + " " + row.action()).isNotEmpty();
      assertThat(row.whoMay().stream().map(IDS::get)).containsAll(by);
    }
  }

  private static void nobodyElseHasChangedAnything(Row row, RawSocketIo listener) {
    String action =
        switch (row.action()) {
          case "add" -> "added";
          case "promote" -> "role";
          case "mute" -> "muted";
          case "unmute" -> "unmuted";
          case "kick" -> "kicked";
          case "remove" -> "removed";
          case "ban" -> "banned";
          case "unban" -> "unbanned";
          default -> null;
        };
    if (action != null) {
      assertHeard(row, listener, "member", "by", heard -> action.equals(heard.getString("action")));
    } else if (row.action().equals("topic")) {
      assertHeard(
          row, listener, "room", "by", heard -> heard.getJsonObject("change").containsKey("topic"));
    }
  }

  private static void assertHeard(
      Row row, RawSocketIo listener, String event, String user, Predicate<JsonObject> counts) {
    Set<String> may = row.whoMay().stream().map(IDS::get).collect(Collectors.toSet());
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () ->
                assertThat(
                        listener.heard(event).stream()
                            .filter(heard -> heard.getString("room").equals(ROOMS.get(row.kind())))
                            .filter(counts)
                            .filter(heard -> heard.containsKey(user))
                            .map(heard -> heard.getJsonObject(user).getString("id")))
                    .as(row.kind() + " " + row.action())
                    .isSubsetOf(may)
                    .containsAll(may));
  }

  private static Asker socketIo(String who) {
    RawSocketIo client = RawSocketIo.connect(town.http, town.port(0), TOKENS.get(who));
    return (action, room, seq) ->
        event(action) == null ? null : code(client.ask(event(action), data(action, room, seq)));
  }

  private static Asker plain(String who) {
    PlainClient client = PlainClient.connect(town.http, town.port(1), TOKENS.get(who));
    return (action, room, seq) ->
        event(action) == null ? null : code(client.ask(event(action), data(action, room, seq)));
  }

  /** A stream only joins; it ends as soon as it has begun. */
  private static Asker stream(String who) {
    return (action, room, seq) -> {
      if (!action.equals("join")) {
        return null;
      }
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(town.url(1) + "/sse?room=" + room))
              .header("Authorization", "Bearer " + TOKENS.get(who))
              .build();
      var answer = town.http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).join();
      try (InputStream body = answer.body()) {
        return answer.statusCode() == 200
            ? "ok"
            : refusal(new String(body.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** What a client says for it; null where it can only be asked for by HTTP. */
  private static String event(String action) {
    return switch (action) {
      case "store" -> "emit";
      case "edit.own" -> "edit";
      case "delete.own" -> "delete";
      case "pin" -> null;
      default -> action;
    };
  }

  private static JsonObject data(String action, String room, long seq) {
    JsonObject data = new JsonObject().put("room", room);
    return switch (action) {
      case "send" -> data.put("text", "sent");
      case "typing" -> data.put("on", true);
      case "read" -> data.put("seq", seq);
      case "react" -> data.put("seq", seq).put("emoji", "+1");
      case "edit", "edit.own" -> data.put("seq", seq).put("text", "edited");
      case "delete", "delete.own" -> data.put("seq", seq);
      case "emit" -> new JsonObject().put("to", data).put("event", "wave").put("data", 1);
      case "store" ->
          new JsonObject().put("to", data).put("event", "kept").put("data", 1).put("store", true);
      default -> data;
    };
  }

  private static Asker http(int gateway, String who) {
    String token = TOKENS.get(who);
    return (action, room, seq) -> {
      String base = "/rooms/" + room;
      String message = base + "/messages/" + seq;
      return switch (action) {
        case "join" -> town.refusal(gateway, "GET", base + "/events", token, null);
        case "send" ->
            town.refusal(gateway, "POST", base + "/messages", token, "{\"text\":\"sent\"}");
        case "history" -> town.refusal(gateway, "GET", base + "/messages", token, null);
        case "react" -> town.refusal(gateway, "PUT", message + "/reactions/x", token, null);
        case "edit", "edit.own" ->
            town.refusal(gateway, "PATCH", message, token, "{\"text\":\"edited by http\"}");
        case "pin" -> town.refusal(gateway, "PUT", base + "/pins/" + seq, token, null);
        case "delete", "delete.own" -> town.refusal(gateway, "DELETE", message, token, null);
        default -> null;
      };
    };
  }

  /** Each has someone of their own to act on. */
  private static Asker moderating(int gateway, String who) {
    String token = TOKENS.get(who);
    String target = "target." + who + "." + gateway;
    return (action, room, seq) -> {
      String base = "/rooms/" + room;
      return switch (action) {
        case "invite" -> town.refusal(gateway, "PUT", base + "/invitations/" + target, token, null);
        case "uninvite" ->
            town.refusal(gateway, "DELETE", base + "/invitations/" + target, token, null);
        case "add" ->
            town.refusal(
                gateway, "PUT", base + "/members/" + target, token, "{\"role\":\"member\"}");
        case "promote" ->
            town.refusal(
                gateway, "PUT", base + "/members/" + target, token, "{\"role\":\"moderator\"}");
        case "mute" -> town.refusal(gateway, "PUT", base + "/mutes/" + target, token, null);
        case "unmute" -> town.refusal(gateway, "DELETE", base + "/mutes/" + target, token, null);
        case "kick" -> town.refusal(gateway, "POST", base + "/kicks/" + target, token, null);
        case "remove" -> town.refusal(gateway, "DELETE", base + "/members/" + target, token, null);
        case "ban" -> town.refusal(gateway, "PUT", base + "/bans/" + target, token, null);
        case "unban" -> town.refusal(gateway, "DELETE", base + "/bans/" + target, token, null);
        case "mute.owner" -> town.refusal(gateway, "PUT", base + "/mutes/owner", token, null);
        case "topic" ->
            town.refusal(gateway, "PATCH", base, token, "{\"topic\":\"of " + target + "\"}");
        case "archive" ->
            town.refusal(
                gateway, "PATCH", base, token, "{\"archived\":" + room.equals("archived") + "}");
        case "kind" ->
            town.refusal(gateway, "PATCH", base, token, "{\"kind\":\"" + kindOf(room) + "\"}");
        case "look" -> town.refusal(gateway, "GET", base, token, null);
        case "members" -> town.refusal(gateway, "GET", base + "/members", token, null);
        case "enrol" -> town.refusal(gateway, "PUT", base + "/membership", token, null);
        default -> throw new IllegalArgumentException(action);
      };
    };
  }

  /** What it is already: nothing changes for the rows to come. */
  private static String kindOf(String room) {
    return List.of("private", "announcement").contains(room) ? room : "open";
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  private static String refusal(String json) {
    return new JsonObject(json).getJsonObject("error").getString("code");
  }
}

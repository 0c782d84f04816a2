package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people do in rooms, asked at one node and seen at the other. */
class RoomLifeTest {
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static RawSocketIo connect(int gateway, String user) {
    return RawSocketIo.connect(town.http, town.port(gateway), town.token(user));
  }

  private static RawSocketIo in(String room, int gateway, String user) {
    RawSocketIo client = connect(gateway, user);
    assertThat(code(client.ask("join", room(room)))).isEqualTo("ok");
    return client;
  }

  private static JsonObject room(String room) {
    return new JsonObject().put("room", room);
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  private static JsonObject ask(int gateway, String user, String method, String path) {
    return town.rest(gateway, method, path, town.token(user), null);
  }

  private static void make(String user, JsonObject room) {
    town.rest(0, "POST", "/rooms", town.token(user), room.encode());
  }

  private static long say(RawSocketIo client, String room, String text) {
    JsonObject said = client.ask("send", room(room).put("text", text));
    assertThat(code(said)).isEqualTo("ok");
    return said.getLong("seq");
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(each -> (JsonObject) each).toList();
  }

  @Test
  void an_invitation_reaches_every_device_opens_the_room_and_is_used_up() {
    make("host", new JsonObject().put("id", "parlour").put("kind", "private"));
    RawSocketIo phone = connect(0, "guy");
    RawSocketIo laptop = connect(1, "guy");
    assertThat(code(laptop.ask("join", room("parlour")))).isEqualTo("not_member");
    assertThat(town.refusal(1, "PUT", "/rooms/parlour/invitations/eve", town.token("guy"), null))
        .isEqualTo("not_member");

    ask(0, "host", "PUT", "/rooms/parlour/invitations/guy");
    ask(1, "host", "PUT", "/rooms/parlour/invitations/guy"); // again: nothing more is told
    for (RawSocketIo device : List.of(phone, laptop)) {
      await().atMost(Town.SOON).until(() -> !device.heard("invited").isEmpty());
      JsonObject told = device.heard("invited").getFirst();
      assertThat(told.getString("room")).isEqualTo("parlour");
      assertThat(told.getJsonObject("by").getString("id")).isEqualTo("host");
    }
    assertThat(objects(ask(1, "guy", "GET", "/me/invitations").getJsonArray("invitations")))
        .singleElement()
        .satisfies(
            invitation -> {
              assertThat(invitation.getString("room")).isEqualTo("parlour");
              assertThat(invitation.getString("by")).isEqualTo("host");
            });
    assertThat(code(laptop.ask("join", room("parlour"))))
        .as("an invitation is not a membership yet")
        .isEqualTo("not_member");

    RawSocketIo host = in("parlour", 1, "host");
    ask(0, "guy", "PUT", "/rooms/parlour/membership");
    assertThat(code(laptop.ask("join", room("parlour")))).isEqualTo("ok");
    await()
        .atMost(Town.SOON)
        .until(
            () ->
                host.heard("member").stream()
                    .anyMatch(
                        event ->
                            event.getString("action").equals("joined")
                                && event.getJsonObject("user").getString("id").equals("guy")));
    assertThat(ask(1, "guy", "GET", "/me/invitations").getJsonArray("invitations")).isEmpty();
    ask(0, "guy", "DELETE", "/rooms/parlour/membership");
    assertThat(town.refusal(1, "PUT", "/rooms/parlour/membership", town.token("guy"), null))
        .isEqualTo("not_member");
    assertThat(phone.heard("invited")).hasSize(1);
    assertThat(laptop.heard("invited")).hasSize(1);
  }

  @Test
  void an_invitation_that_is_withdrawn_or_declined_opens_nothing_and_a_ban_ends_it() {
    make("host", new JsonObject().put("id", "cellar").put("kind", "private"));
    for (String user : List.of("w1", "w2", "w3")) {
      ask(0, "host", "PUT", "/rooms/cellar/invitations/" + user);
    }
    ask(1, "host", "DELETE", "/rooms/cellar/invitations/w1");
    ask(1, "w2", "DELETE", "/rooms/cellar/membership");
    ask(1, "host", "PUT", "/rooms/cellar/bans/w3");
    for (String user : List.of("w1", "w2")) {
      assertThat(town.refusal(0, "PUT", "/rooms/cellar/membership", town.token(user), null))
          .isEqualTo("not_member");
    }
    assertThat(town.refusal(0, "PUT", "/rooms/cellar/membership", town.token("w3"), null))
        .isEqualTo("banned");
    assertThat(town.refusal(0, "PUT", "/rooms/cellar/invitations/w3", town.token("host"), null))
        .isEqualTo("conflict");
  }

  @Test
  void the_directory_finds_public_rooms_by_the_beginnings_of_words_and_private_ones_for_members() {
    make(
        "gil",
        new JsonObject().put("id", "dir-1").put("name", "Gardeners").put("topic", "Soil and rain"));
    make(
        "gil",
        new JsonObject().put("id", "dir-2").put("kind", "announcement").put("name", "Garden news"));
    make(
        "gil",
        new JsonObject().put("id", "dir-3").put("kind", "private").put("name", "Garden thieves"));
    make("gil", new JsonObject().put("id", "dir-4").put("name", "Gardens of the past"));
    town.rest(0, "PATCH", "/rooms/dir-4", town.token("gil"), "{\"archived\":true}");

    assertThat(found("stray", "garden")).containsExactly("dir-1", "dir-2");
    assertThat(found("gil", "garden")).containsExactly("dir-1", "dir-2", "dir-3", "dir-4");
    assertThat(found("stray", "rai%20soil")).containsExactly("dir-1");
    assertThat(found("stray", "thieves")).isEmpty();
    assertThat(found("stray", "soil%20news")).isEmpty();
    assertThat(found("stray", "%26%20%7C%20%21")).isEmpty();

    town.rest(1, "PATCH", "/rooms/dir-1", town.token("gil"), "{\"topic\":\"Compost\"}");
    assertThat(found("stray", "soil")).isEmpty();
    assertThat(found("stray", "compost")).containsExactly("dir-1");

    List<String> paged = new ArrayList<>();
    String after = "";
    while (after != null) {
      JsonObject page = ask(paged.size() % 2, "gil", "GET", "/rooms?q=garden&limit=1" + after);
      objects(page.getJsonArray("rooms")).forEach(room -> paged.add(room.getString("id")));
      String next = page.getString("next");
      after = next == null ? null : "&after=" + next;
    }
    assertThat(paged).containsExactly("dir-1", "dir-2", "dir-3", "dir-4");
  }

  @Test
  void the_directory_takes_words_apart_as_people_do() {
    make("gil", new JsonObject().put("id", "words-754e7a59").put("name", "Dev/Ops at example.org"));
    make("gil", new JsonObject().put("id", "words-2").put("topic", "Ärger über v2.0-rc1, 1e5x"));
    for (String words : List.of("words-754e7a59", "754e7a", "ops", "org%20dev", "example.org")) {
      assertThat(found("stray", words)).as(words).containsExactly("words-754e7a59");
    }
    for (String words : List.of("%C3%A4rger%20%C3%BC", "v2.0-rc1", "rc1%201e5")) {
      assertThat(found("stray", words)).as(words).containsExactly("words-2");
    }
    assertThat(found("stray", "754e7a59%20v2")).isEmpty();
    assertThat(found("stray", "%27%3A%2A%20%28")).isEmpty();
    assertThat(found("stray", "%5C%5C%27%3A*%20%E3%80%80%EF%BC%88words")).isEmpty();
  }

  private static List<String> found(String user, String words) {
    List<String> first = ids(ask(0, user, "GET", "/rooms?q=" + words));
    assertThat(ids(ask(1, user, "GET", "/rooms?q=" + words))).isEqualTo(first);
    return first;
  }

  private static List<String> ids(JsonObject page) {
    return objects(page.getJsonArray("rooms")).stream().map(room -> room.getString("id")).toList();
  }

  private static JsonObject listed(int gateway, String user, String room) {
    return objects(ask(gateway, user, "GET", "/me/rooms").getJsonArray("rooms")).stream()
        .filter(each -> each.getString("id").equals(room))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_room_list_has_unread_counts_and_last_messages_and_read_marks_agree_over_devices() {
    make("amy", new JsonObject().put("id", "list").put("members", new JsonArray().add("bea")));
    make("amy", new JsonObject().put("id", "quiet").put("members", new JsonArray().add("bea")));
    RawSocketIo amy = in("list", 0, "amy");
    RawSocketIo phone = in("list", 0, "bea");
    RawSocketIo laptop = in("list", 1, "bea");
    say(amy, "list", "one");
    long second = say(amy, "list", "two");
    long third = say(amy, "list", "tree");
    amy.ask("edit", room("list").put("seq", third).put("text", "three"));
    assertList("bea", "list", 3, "three");
    assertList("amy", "list", 0, "three");
    assertThat(listed(1, "bea", "quiet").getInteger("unread")).isZero();
    assertThat(listed(1, "bea", "quiet").containsKey("last")).isFalse();

    assertThat(code(phone.ask("read", room("list").put("seq", second)))).isEqualTo("ok");
    for (RawSocketIo device : List.of(phone, laptop)) {
      await().atMost(Town.SOON).until(() -> !device.heard("read").isEmpty());
      JsonObject mark = device.heard("read").getFirst();
      assertThat(mark.getJsonObject("user").getString("id")).isEqualTo("bea");
      assertThat(mark.getLong("seq")).isEqualTo(second);
    }
    assertList("bea", "list", 1, "three");
    assertThat(listed(1, "bea", "list").getLong("read")).isEqualTo(second);

    laptop.ask("read", room("list").put("seq", third));
    assertList("bea", "list", 0, "three");
    phone.ask("read", room("list").put("seq", second)); // late, from a device that knew less
    say(amy, "list", "four");
    assertList("bea", "list", 1, "four");
    assertThat(listed(0, "bea", "list").getLong("read")).isEqualTo(third);
    assertThat(code(phone.ask("read", room("list").put("seq", third + 1_000))))
        .isEqualTo("invalid");
  }

  /** Both nodes say the same. */
  private static void assertList(String user, String room, int unread, String last) {
    for (int node = 0; node < 2; node++) {
      int gateway = node;
      await()
          .atMost(Town.SOON)
          .untilAsserted(
              () -> {
                JsonObject listed = listed(gateway, user, room);
                assertThat(listed.getInteger("unread")).isEqualTo(unread);
                assertThat(listed.getJsonObject("last").getString("text")).isEqualTo(last);
              });
    }
  }

  @Test
  void in_a_direct_room_each_sees_how_far_the_other_has_read_now_and_when_coming_back() {
    String direct = ask(0, "dot", "PUT", "/direct/eli").getString("id");
    assertThat(ask(1, "eli", "PUT", "/direct/dot").getString("id")).isEqualTo(direct);
    RawSocketIo dot = in(direct, 0, "dot");
    RawSocketIo eli = in(direct, 1, "eli");
    say(dot, direct, "there?");
    long last = say(dot, direct, "hello?");
    assertThat(listed(0, "dot", direct).containsKey("receipt")).isFalse();
    eli.ask("read", room(direct).put("seq", last));
    await().atMost(Town.SOON).until(() -> !dot.heard("read").isEmpty());
    assertThat(dot.heard("read").getFirst().getLong("seq")).isEqualTo(last);
    assertThat(dot.heard("read").getFirst().getJsonObject("user").getString("id")).isEqualTo("eli");
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              JsonObject seen = listed(1, "dot", direct);
              assertThat(seen.getLong("receipt")).isEqualTo(last);
              assertThat(seen.getJsonObject("with").getString("id")).isEqualTo("eli");
              assertThat(seen.containsKey("read")).isFalse();
              assertThat(listed(0, "eli", direct).getLong("read")).isEqualTo(last);
              assertThat(listed(0, "eli", direct).containsKey("receipt")).isFalse();
            });
    RawSocketIo stranger = connect(0, "nosy");
    assertThat(code(stranger.ask("read", room(direct).put("seq", last)))).isEqualTo("not_member");
  }

  @Test
  void two_who_open_a_direct_room_with_each_other_at_once_get_the_same_and_are_both_in_it() {
    for (int round = 0; round < 10; round++) {
      String low = "pair" + round + ".a";
      String high = "pair" + round + ".b";
      CompletableFuture<JsonObject> other =
          CompletableFuture.supplyAsync(() -> ask(1, high, "PUT", "/direct/" + low));
      String direct = ask(0, low, "PUT", "/direct/" + high).getString("id");
      assertThat(other.join().getString("id")).isEqualTo(direct);
      assertThat(memberIds(ask(1, low, "GET", "/rooms/" + direct + "/members")))
          .containsExactly(low, high);

      RawSocketIo lower = in(direct, 0, low);
      RawSocketIo higher = in(direct, 1, high);
      say(lower, direct, "from " + low);
      say(higher, direct, "from " + high);
      for (RawSocketIo client : List.of(lower, higher)) {
        await()
            .atMost(Town.SOON)
            .untilAsserted(
                () -> assertThat(client.texts()).containsExactly("from " + low, "from " + high));
      }
      assertThat(
              objects(
                      ask(0, low, "GET", "/rooms/" + direct + "/events?after=0")
                          .getJsonArray("events"))
                  .stream()
                  .map(event -> event.getString("action", event.getString("type"))))
          .as("one of them opened it")
          .containsExactly("joined", "added", "message", "message");
    }
  }

  private static List<String> memberIds(JsonObject page) {
    return objects(page.getJsonArray("members")).stream()
        .map(member -> member.getJsonObject("user").getString("id"))
        .toList();
  }

  @Test
  void pins_are_events_of_the_room_set_by_moderators_and_bounded() {
    make("pam", new JsonObject().put("id", "board").put("members", new JsonArray().add("max")));
    RawSocketIo pam = in("board", 0, "pam");
    RawSocketIo max = in("board", 1, "max");
    long seq = say(max, "board", "worth keeping");
    String pin = "/rooms/board/pins/" + seq;
    assertThat(town.refusal(1, "PUT", pin, town.token("max"), null)).isEqualTo("forbidden");
    ask(1, "pam", "PUT", pin);
    ask(0, "pam", "PUT", pin); // it is pinned already
    for (RawSocketIo client : List.of(pam, max)) {
      await().atMost(Town.SOON).until(() -> !pins(client).isEmpty());
      assertThat(pins(client)).containsExactly(new JsonArray().add(seq));
    }
    for (int node = 0; node < 2; node++) {
      assertThat(ask(node, "max", "GET", "/rooms/board").getJsonArray("pins")).containsExactly(seq);
    }
    ask(0, "pam", "DELETE", pin);
    await().atMost(Town.SOON).until(() -> pins(max).size() == 2);
    assertThat(pins(max).getLast()).isEmpty();
    assertThat(town.refusal(0, "DELETE", pin, town.token("pam"), null)).isEqualTo("not_found");
    max.ask("delete", room("board").put("seq", seq));
    assertThat(town.refusal(1, "PUT", pin, town.token("pam"), null)).isEqualTo("gone");
    assertThat(town.refusal(1, "PUT", "/rooms/board/pins/1", town.token("pam"), null))
        .isEqualTo("not_found");

    List<Long> many = Stream.generate(() -> say(pam, "board", "one more")).limit(51).toList();
    many.subList(0, 50).forEach(each -> ask(0, "pam", "PUT", "/rooms/board/pins/" + each));
    assertThat(
            town.refusal(0, "PUT", "/rooms/board/pins/" + many.getLast(), town.token("pam"), null))
        .isEqualTo("conflict");
  }

  private static List<JsonArray> pins(RawSocketIo client) {
    return client.heard("room").stream()
        .map(event -> event.getJsonObject("change").getJsonArray("pins"))
        .filter(pins -> pins != null)
        .toList();
  }

  @Test
  void in_a_direct_room_both_may_pin() {
    String direct = ask(0, "dia", "PUT", "/direct/edo").getString("id");
    RawSocketIo dia = in(direct, 0, "dia");
    long seq = say(dia, direct, "our address");
    ask(1, "edo", "PUT", "/rooms/" + direct + "/pins/" + seq);
    await().atMost(Town.SOON).until(() -> pins(dia).size() == 1);
  }

  @Test
  void a_mention_is_told_once_to_each_device_of_whoever_may_read_it() {
    make(
        "moe",
        new JsonObject()
            .put("id", "office")
            .put("kind", "private")
            .put("members", new JsonArray().add("liz")));
    RawSocketIo moe = in("office", 0, "moe");
    RawSocketIo phone = connect(0, "liz");
    RawSocketIo laptop = connect(1, "liz");
    RawSocketIo outsider = connect(1, "otto");
    JsonObject message =
        room("office").put("text", "@liz and @liz, not @otto, look. @liz.").put("key", "m1");
    JsonObject first = moe.ask("send", message);
    assertThat(moe.ask("send", message).getBoolean("repeat")).isTrue();
    JsonObject again =
        town.rest(
            1,
            "POST",
            "/rooms/office/messages",
            town.token("moe"),
            "{\"text\":\"@liz and @liz, not @otto, look. @liz.\",\"key\":\"m1\"}");
    assertThat(again.getLong("seq")).isEqualTo(first.getLong("seq"));
    // What is told last, is heard last: then whatever was to be told twice has been.
    moe.ask("send", room("office").put("text", "@liz the end"));
    for (RawSocketIo device : List.of(phone, laptop)) {
      await()
          .atMost(Town.SOON)
          .untilAsserted(
              () ->
                  assertThat(device.heard("mention").stream().map(RoomLifeTest::textOf))
                      .containsExactlyInAnyOrder(message.getString("text"), "@liz the end"));
      assertThat(device.heard("mention").getFirst().getString("room")).isEqualTo("office");
    }
    assertThat(outsider.heard("mention")).isEmpty();
  }

  private static String textOf(JsonObject mention) {
    return mention.getJsonObject("message").getString("text");
  }

  @Test
  void a_reaction_counts_once_for_each_user_however_often_and_wherever_it_is_made() {
    RawSocketIo ann = in("cheer", 0, "ann");
    RawSocketIo ben = in("cheer", 1, "ben");
    long seq = say(ann, "cheer", "done");
    JsonObject thumb = room("cheer").put("seq", seq).put("emoji", "👍").put("on", true);
    for (RawSocketIo client : List.of(ann, ben, ben, ann)) {
      assertThat(code(client.ask("react", thumb))).isEqualTo("ok");
    }
    assertThat(code(ben.ask("react", thumb.copy().put("emoji", "🎉")))).isEqualTo("ok");
    assertThat(reactions(1, seq))
        .containsExactly(reaction("👍", "ann", "ben"), reaction("🎉", "ben"));
    ben.ask("react", thumb.copy().put("on", false));
    ben.ask("react", thumb.copy().put("on", false));
    assertThat(reactions(0, seq)).containsExactly(reaction("🎉", "ben"), reaction("👍", "ann"));
    await()
        .atMost(Town.SOON)
        .until(() -> ann.heard("reaction").stream().anyMatch(event -> !event.getBoolean("on")));
  }

  @Test
  void among_however_many_reactions_one_finds_ones_own() {
    RawSocketIo host = in("vote", 0, "cleo");
    long seq = say(host, "vote", "who is for it?");
    List<String> voters = IntStream.rangeClosed(10, 34).mapToObj(i -> "voter" + i).toList();
    for (int i = 0; i < voters.size(); i++) {
      ask(i % 2, voters.get(i), "PUT", "/rooms/vote/messages/" + seq + "/reactions/y");
    }
    for (int node = 0; node < 2; node++) {
      assertThat(votes(node, "voter34", seq)).hasSize(20).startsWith("voter34", "voter10");
      assertThat(votes(node, "voter12", seq)).hasSize(20).startsWith("voter12", "voter10");
      assertThat(votes(node, "cleo", seq)).hasSize(20).startsWith("voter10").doesNotContain("cleo");
      RawSocketIo last = in("vote", node, "voter34");
      JsonObject page = last.ask("history", room("vote"));
      assertThat(users(page.getJsonArray("messages").getJsonObject(0))).startsWith("voter34");
    }
    ask(0, "voter34", "DELETE", "/rooms/vote/messages/" + seq + "/reactions/y");
    assertThat(votes(1, "voter34", seq)).hasSize(20).doesNotContain("voter34");
  }

  private static List<String> votes(int gateway, String asker, long seq) {
    JsonObject page = ask(gateway, asker, "GET", "/rooms/vote/messages?around=" + seq);
    return users(page.getJsonArray("messages").getJsonObject(0));
  }

  private static List<String> users(JsonObject message) {
    JsonObject only = message.getJsonArray("reactions").getJsonObject(0);
    assertThat(only.getInteger("count")).isBetween(24, 25);
    return only.getJsonArray("users").stream().map(String.class::cast).toList();
  }

  private static JsonObject reaction(String emoji, String... users) {
    return new JsonObject()
        .put("emoji", emoji)
        .put("count", users.length)
        .put("users", new JsonArray(List.of(users)));
  }

  private static List<JsonObject> reactions(int gateway, long seq) {
    return objects(
            ask(gateway, "ann", "GET", "/rooms/cheer/messages?limit=5").getJsonArray("messages"))
        .stream()
        .filter(message -> message.getLong("seq") == seq)
        .flatMap(message -> objects(message.getJsonArray("reactions")).stream())
        .toList();
  }

  @Test
  void an_edit_with_a_key_is_one_edit_whatever_it_is_asked_over_and_may_be_of_any_json() {
    RawSocketIo ann = in("desk", 0, "ann");
    RawSocketIo ben = in("desk", 1, "ben");
    long seq = say(ann, "desk", "typo");
    JsonObject edit = room("desk").put("seq", seq).put("text", "type").put("key", "e1");
    JsonObject first = ann.ask("edit", edit);
    assertThat(code(first)).isEqualTo("ok");
    assertThat(ann.ask("edit", edit).getLong("seq")).isEqualTo(first.getLong("seq"));
    PlainClient plain = PlainClient.connect(town.http, town.port(1), town.token("ann"));
    assertThat(plain.ask("edit", edit).getLong("seq")).isEqualTo(first.getLong("seq"));
    String path = "/rooms/desk/messages/" + seq;
    String body = "{\"text\":\"type\",\"key\":\"e1\"}";
    assertThat(town.rest(1, "PATCH", path, town.token("ann"), body).getLong("seq"))
        .isEqualTo(first.getLong("seq"));

    for (Object data : List.of(new JsonArray().add("x").add(1).addNull(), "text", 7, false)) {
      assertThat(code(ann.ask("edit", room("desk").put("seq", seq).put("data", data))))
          .isEqualTo("ok");
      for (int node = 0; node < 2; node++) {
        JsonObject page = ask(node, "ben", "GET", "/rooms/desk/messages?around=" + seq);
        assertThat(page.getJsonArray("messages").getJsonObject(0).getValue("data")).isEqualTo(data);
      }
    }
    assertThat(code(ann.ask("edit", room("desk").put("seq", seq).putNull("data"))))
        .isEqualTo("invalid");
    assertThat(town.refusal(0, "PATCH", path, town.token("ann"), "{\"data\":null}"))
        .isEqualTo("invalid");
    await().atMost(Town.SOON).until(() -> ben.heard("edited").size() == 5);
    assertThat(ben.heard("edited").getFirst().getString("key")).isEqualTo("e1");

    ann.ask("delete", room("desk").put("seq", seq));
    assertThat(ann.ask("edit", edit).getLong("seq")).isEqualTo(first.getLong("seq"));
    assertThat(plain.ask("edit", edit).getLong("seq")).isEqualTo(first.getLong("seq"));
    assertThat(code(ann.ask("edit", edit.copy().put("key", "e2")))).isEqualTo("gone");
  }

  @Test
  void text_comes_back_as_it_was_sent_whatever_it_is_and_whichever_way() {
    List<String> texts =
        List.of(
            "<b onclick=\"x\">&amp; '--; drop table events;",
            " \t leading, \r\n trailing \n ",
            "\u0001\u001f\u007f \\ \" \\u0041 \u2028\u2029",
            "e\u0301 is not \u00e9, \u202eleft\u202c, \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\"key\":\"no key\"}",
            "\u4e2d".repeat(2_600));
    RawSocketIo ann = in("verbatim", 0, "ann");
    PlainClient ben = PlainClient.connect(town.http, town.port(1), town.token("ben"));
    ben.ask("join", room("verbatim"));
    for (String text : texts) {
      say(ann, "verbatim", text);
    }
    town.rest(
        1,
        "POST",
        "/rooms/verbatim/messages",
        town.token("cyd"),
        new JsonObject().put("text", texts.getFirst()).put("ack", "stored").encode());
    List<String> all = new ArrayList<>(texts);
    all.add(texts.getFirst());
    for (Supplier<List<String>> heard : List.<Supplier<List<String>>>of(ann::texts, ben::texts)) {
      await()
          .atMost(Town.SOON)
          .untilAsserted(() -> assertThat(heard.get()).containsExactlyElementsOf(all));
    }
    for (int node = 0; node < 2; node++) {
      for (String path : List.of("/messages", "/events?after=0")) {
        JsonObject page = ask(node, "ann", "GET", "/rooms/verbatim" + path);
        JsonArray found = page.getJsonArray(path.equals("/messages") ? "messages" : "events");
        assertThat(objects(found).stream().map(message -> message.getString("text")))
            .as(path)
            .containsExactlyElementsOf(all);
      }
    }
  }

  @Test
  void a_reply_names_its_message_and_a_custom_event_is_kept_with_any_json() {
    RawSocketIo ann = in("talk", 0, "ann");
    RawSocketIo ben = in("talk", 1, "ben");
    long seq = say(ann, "talk", "a question");
    ben.ask("send", room("talk").put("text", "an answer").put("replyTo", seq));
    await().atMost(Town.SOON).until(() -> ann.heard("message").size() == 2);
    assertThat(ann.heard("message").getLast().getLong("replyTo")).isEqualTo(seq);

    JsonObject vote =
        new JsonObject()
            .put("to", room("talk"))
            .put("event", "vote")
            .put("data", new JsonObject().put("for", new JsonArray().add(1).addNull().add("x")))
            .put("store", true);
    assertThat(code(ben.ask("emit", vote))).isEqualTo("ok");
    await().atMost(Town.SOON).until(() -> !ann.heard("vote").isEmpty());
    assertThat(ann.heard("vote").getFirst().getJsonObject("data"))
        .isEqualTo(vote.getJsonObject("data"));
    RawSocketIo late = connect(0, "cyd");
    JsonObject joined = late.ask("join", room("talk").put("after", seq));
    assertThat(objects(joined.getJsonArray("events")).getLast().getJsonObject("data"))
        .isEqualTo(vote.getJsonObject("data"));
    JsonObject large = vote.copy().put("data", "x".repeat(17_000));
    assertThat(code(ben.ask("emit", large))).isEqualTo("too_large");
  }
}

package parley.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import parley.protocol.EventTail;
import parley.protocol.RedisKeys;
import parley.protocol.User;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;

/** What changes here decides what Redis lets people send, and who is told at once. */
class EffectsTest {
  private static final Trial TRIAL = new Trial(2);
  private int sent;

  @AfterAll
  static void close() {
    TRIAL.close();
  }

  private static void ok(Trial.Answer answer) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
  }

  private static void room(String id, String kind) {
    ok(TRIAL.as("ann", "POST", "/rooms", new JsonObject().put("id", id).put("kind", kind)));
  }

  /** How a plain send of this user ends: ok, or the code it is denied with. */
  private String send(String room, String user) {
    String key = "k" + sent++;
    AppendReply reply =
        Append.reply(
            TRIAL.call(
                Append.user(
                    TRIAL.room(room),
                    user,
                    new Append.Key.Client(key),
                    new EventTail.Message(room, new User(user, user), "hi", null, null, key)
                        .json())));
    return switch (reply) {
      case AppendReply.Ok ok -> "ok";
      case AppendReply.Denied denied -> denied.code().code();
      default -> reply.toString();
    };
  }

  @Test
  void the_log_tells_from_a_rooms_making_on_how_long_it_keeps_events() {
    ok(
        TRIAL.as(
            "ann",
            "POST",
            "/rooms",
            new JsonObject().put("id", "brief").put("kind", "open").put("retentionDays", 3)));
    ok(TRIAL.as("ann", "PATCH", "/rooms/brief", new JsonObject().put("retentionDays", 5)));
    ok(TRIAL.as("ann", "PATCH", "/rooms/brief", new JsonObject().putNull("retentionDays")));
    assertThat(
            TRIAL.log("brief").stream()
                .filter(event -> event.getString("type").equals("room"))
                .map(event -> event.getJsonObject("change").getValue("retentionDays")))
        .containsExactly(3, 5, null);
    room("for.ever", "open");
    assertThat(TRIAL.log("for.ever")).hasSize(1);
  }

  @Test
  void bans_mutes_freezing_and_slow_mode_hold_for_plain_sends_at_once() {
    room("square", "open");
    assertThat(send("square", "bob")).isEqualTo("ok");
    ok(TRIAL.as("ann", "PUT", "/rooms/square/bans/bob"));
    assertThat(send("square", "bob")).isEqualTo("banned");
    ok(TRIAL.as("ann", "DELETE", "/rooms/square/bans/bob"));
    assertThat(send("square", "bob")).isEqualTo("ok");
    ok(TRIAL.as("ann", "PUT", "/rooms/square/mutes/bob", new JsonObject().put("seconds", 1)));
    assertThat(send("square", "bob")).isEqualTo("muted");
    await().atMost(Duration.ofSeconds(5)).until(() -> send("square", "bob").equals("ok"));
    ok(TRIAL.as("ann", "PATCH", "/rooms/square", new JsonObject().put("frozen", true)));
    assertThat(send("square", "bob")).isEqualTo("frozen");
    ok(TRIAL.as("ann", "PATCH", "/rooms/square", new JsonObject().put("frozen", false)));
    ok(TRIAL.as("ann", "PATCH", "/rooms/square", new JsonObject().put("slow", 60_000)));
    assertThat(send("square", "bob")).isEqualTo("ok");
    assertThat(send("square", "bob")).isEqualTo("slow_mode");
    ok(
        TRIAL.as(
            "ann",
            "PATCH",
            "/rooms/square",
            new JsonObject().put("kind", "announcement").put("slow", 0)));
    assertThat(send("square", "bob")).isEqualTo("read_only");
    assertThat(send("square", "ann")).isEqualTo("ok");
  }

  @Test
  void a_room_that_becomes_private_keeps_its_members_and_nobody_else() {
    room("house", "open");
    ok(TRIAL.as("bob", "PUT", "/rooms/house/membership"));
    assertThat(send("house", "stranger")).isEqualTo("ok");
    ok(TRIAL.as("ann", "PATCH", "/rooms/house", new JsonObject().put("kind", "private")));
    assertThat(send("house", "bob")).isEqualTo("ok");
    assertThat(send("house", "stranger")).isEqualTo("not_member");
    ok(TRIAL.as("ann", "POST", "/rooms/house/kicks/bob"));
    assertThat(send("house", "bob")).isEqualTo("not_member");
    assertThat(TRIAL.inside("GET", "/rooms/house/access?user=bob").code()).isEqualTo("not_member");
  }

  @Test
  void an_invitation_is_heard_by_the_invited_and_opens_a_private_room_to_them() {
    room("club", "private");
    assertThat(TRIAL.as("cy", "PUT", "/rooms/club/membership").code()).isEqualTo("not_member");
    try (Listener listener = new Listener(TRIAL.redis, TRIAL.keys.userChannel("cy"))) {
      ok(TRIAL.as("ann", "PUT", "/rooms/club/invitations/cy"));
      await().until(() -> listener.heard.size() == 1);
      assertThat(listener.heard.getFirst()).startsWith("~invited - {\"room\":\"club\"");
    }
    ok(TRIAL.as("cy", "PUT", "/rooms/club/membership"));
    assertThat(send("club", "cy")).isEqualTo("ok");
  }

  @Test
  void a_deleted_message_leaves_no_text_in_redis_and_says_so_to_the_room() {
    room("notes", "open");
    assertThat(send("notes", "bob")).isEqualTo("ok");
    long seq = TRIAL.log("notes").getLast().getLong("seq");
    try (Listener listener = new Listener(TRIAL.redis, TRIAL.room("notes").channel())) {
      ok(
          TRIAL.as(
              "bob", "PATCH", "/rooms/notes/messages/" + seq, new JsonObject().put("text", "ho")));
      ok(TRIAL.as("bob", "DELETE", "/rooms/notes/messages/" + seq));
      await().until(() -> listener.heard.size() == 2);
      JsonObject deleted = new JsonObject(listener.heard.getLast());
      assertThat(deleted.getString("type")).isEqualTo("deleted");
      assertThat(deleted.getLong("target")).isEqualTo(seq);
    }
    String slot =
        TRIAL.redis("HGET", TRIAL.room("notes").recent(), Long.toString(seq % 256)).toString();
    assertThat(new JsonObject(slot).getBoolean("deleted")).isTrue();
    assertThat(slot).doesNotContain("\"text\"");
    assertThat(
            TRIAL
                .as(
                    "bob",
                    "PATCH",
                    "/rooms/notes/messages/" + seq,
                    new JsonObject().put("text", "x"))
                .code())
        .isEqualTo("gone");
    assertThat(TRIAL.as("eve", "DELETE", "/rooms/notes/messages/999").code())
        .isEqualTo("not_found");
  }

  @Test
  void an_edit_with_the_same_key_is_one_edit() {
    room("edits", "open");
    assertThat(send("edits", "bob")).isEqualTo("ok");
    long seq = TRIAL.log("edits").getLast().getLong("seq");
    JsonObject edit = new JsonObject().put("text", "better").put("key", "once");
    Trial.Answer first = TRIAL.as("bob", "PATCH", "/rooms/edits/messages/" + seq, edit);
    Trial.Answer second = TRIAL.as("bob", "PATCH", "/rooms/edits/messages/" + seq, edit);
    assertThat(second.json().getLong("seq")).isEqualTo(first.json().getLong("seq"));
    assertThat(TRIAL.as("eve", "PATCH", "/rooms/edits/messages/" + seq, edit).code())
        .isEqualTo("forbidden");
  }

  @Test
  void who_is_mentioned_and_may_read_the_room_is_told_once() {
    room("talk", "private");
    ok(TRIAL.as("ann", "PUT", "/rooms/talk/members/bob", new JsonObject().put("role", "member")));
    JsonObject event =
        new JsonObject()
            .put("seq", 77)
            .put("text", "ask @bob, or @eve. mail a@bob")
            .put("from", new JsonObject().put("id", "ann"));
    JsonObject question = new JsonObject().put("room", "talk").put("event", event);
    try (Listener bob = new Listener(TRIAL.redis, TRIAL.keys.userChannel("bob"));
        Listener eve = new Listener(TRIAL.redis, TRIAL.keys.userChannel("eve"))) {
      assertThat(TRIAL.inside("POST", "/mentions", question).json().getInteger("notified"))
          .isEqualTo(1);
      assertThat(TRIAL.inside("POST", "/mentions", question).json().getInteger("notified"))
          .isZero();
      await().until(() -> bob.heard.size() == 1);
      assertThat(bob.heard.getFirst())
          .startsWith("~mention - {\"room\":\"talk\",\"message\":{\"seq\":77");
      assertThat(eve.heard).isEmpty();
    }
  }

  @Test
  void a_revoked_user_is_refused_everywhere_within_a_second_and_gateways_are_told() {
    String token = TRIAL.token("mallory");
    try (Listener control = new Listener(TRIAL.redis, RedisKeys.CONTROL)) {
      Trial.Answer revoked = TRIAL.as("root", "PUT", "/users/mallory/revocation");
      ok(revoked);
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                for (int replica = 0; replica < 2; replica++) {
                  assertThat(
                          TRIAL
                              .at(replica, "Authorization", "Bearer " + token, "GET", "/api/me")
                              .code())
                      .isEqualTo("token_revoked");
                }
              });
      await().until(() -> !control.heard.isEmpty());
      long version = revoked.json().getLong("version");
      JsonObject entry = new JsonObject(control.heard.getFirst().substring("~revoked - ".length()));
      assertThat(entry.getString("subject")).isEqualTo("mallory");
      assertThat(entry.getLong("version")).isEqualTo(version);
      List<?> entries =
          TRIAL
              .inside("GET", "/revocations?after=" + (version - 1))
              .json()
              .getJsonArray("entries")
              .getList();
      assertThat(entries).hasSize(1);
    }
    assertThat(TRIAL.as("ann", "PUT", "/users/bob/revocation").code()).isEqualTo("forbidden");
    // A token that is issued afterwards is good.
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> TRIAL.as("mallory", "GET", "/me").status() == 200);
  }

  @Test
  void two_who_open_a_direct_room_at_once_get_the_same_one() {
    List<String> ids =
        java.util.stream.IntStream.range(0, 8)
            .parallel()
            .mapToObj(
                i ->
                    TRIAL
                        .at(
                            i % 2,
                            "Authorization",
                            "Bearer " + TRIAL.token(i % 2 == 0 ? "dora" : "emil"),
                            "PUT",
                            "/api/direct/" + (i % 2 == 0 ? "emil" : "dora"))
                        .json()
                        .getString("id"))
            .distinct()
            .toList();
    assertThat(ids).hasSize(1);
    assertThat(TRIAL.log(ids.getFirst())).hasSize(2);
    assertThat(send(ids.getFirst(), "dora")).isEqualTo("ok");
    assertThat(send(ids.getFirst(), "eve")).isEqualTo("not_member");
  }

  @Test
  void a_room_list_without_history_has_no_counts_but_is_there() {
    room("listed", "open");
    TRIAL.peer.historyDown = true;
    try {
      Trial.Answer mine = TRIAL.as("ann", "GET", "/me/rooms");
      ok(mine);
      assertThat(mine.json().getJsonArray("rooms").getJsonObject(0).containsKey("unread"))
          .isFalse();
    } finally {
      TRIAL.peer.historyDown = false;
    }
  }
}

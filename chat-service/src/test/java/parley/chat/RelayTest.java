package parley.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import parley.chassis.redis.RedisUnavailable;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Load;

/** Changes reach the rooms' logs once and in order, whoever dies in between. */
class RelayTest {
  private static final Trial TRIAL = new Trial(3);

  @AfterAll
  static void close() {
    TRIAL.close();
  }

  private static void room(String id) {
    JsonObject wish = new JsonObject().put("id", id).put("kind", "private");
    assertThat(TRIAL.as("ann", "POST", "/rooms", wish).status()).isEqualTo(200);
  }

  private static String member(String room, String user) {
    var state = TRIAL.redis("HGET", TRIAL.room(room).members(), user);
    return state == null ? null : state.toString();
  }

  private static void outbox(String room, String key, long version, JsonObject members) {
    outbox(room, key, version, members, "0 seconds");
  }

  private static void outbox(
      String room, String key, long version, JsonObject members, String age) {
    JsonObject event =
        new JsonObject()
            .put(
                "tail",
                "\"type\":\"room\",\"room\":\""
                    + room
                    + "\",\"change\":{},\"mark\":\""
                    + key
                    + "\",\"key\":\""
                    + key
                    + "\"}")
            .put("room", new JsonObject())
            .put("members", members);
    TRIAL.sql(
        """
        insert into chat.outbox (shard, room, key, version, event, created_at)
        values ($1, $2, $3, $4, $5, now() - $6::text::interval)
        """,
        TRIAL.room(room).shard().index(),
        room,
        key,
        version,
        event,
        age);
  }

  private static List<String> marks(String room) {
    return TRIAL.log(room).stream()
        .filter(event -> event.containsKey("mark"))
        .map(event -> event.getString("mark"))
        .toList();
  }

  private static void awaitEmpty() {
    await()
        .until(
            () -> TRIAL.sql("select count(*) from chat.outbox").iterator().next().getLong(0) == 0);
  }

  @Test
  void a_change_that_was_committed_before_a_death_is_relayed_by_another_replica() {
    room("died.before");
    outbox("died.before", "k1", 0, new JsonObject());
    await().untilAsserted(() -> assertThat(marks("died.before")).containsExactly("k1"));
  }

  @Test
  void a_death_between_the_append_and_the_deletion_of_the_row_doubles_nothing() {
    room("died.after");
    outbox("died.after", "k1", 0, new JsonObject());
    awaitEmpty();
    outbox("died.after", "k1", 0, new JsonObject());
    outbox("died.after", "k2", 0, new JsonObject());
    awaitEmpty();
    assertThat(marks("died.after")).containsExactly("k1", "k2");
  }

  @Test
  void a_row_older_than_any_key_is_not_appended_again() {
    room("died.long.ago");
    outbox("died.long.ago", "outbox.k1", 0, new JsonObject());
    awaitEmpty();
    store("died.long.ago");
    RoomKeys keys = TRIAL.room("died.long.ago");
    TRIAL.redis("XTRIM", keys.shard().log(), "MAXLEN", "0");
    TRIAL.redis("DEL", keys.keys0(), keys.keys1());
    for (String key : List.of("outbox.k1", "outbox.k2")) {
      outbox("died.long.ago", key, 0, new JsonObject(), "1 hour");
    }
    awaitEmpty();
    assertThat(marks("died.long.ago")).containsExactly("outbox.k2");
  }

  /** Postgres has all that the log of the room's shard holds. */
  private static void store(String room) {
    TRIAL.log(room).forEach(event -> TRIAL.peer.commit(room, event.encode()));
    RoomKeys keys = TRIAL.room(room);
    long last = Heads.reply(TRIAL.call(Heads.call(keys.shard(), List.of()))).lastPos();
    TRIAL.redis("HSET", keys.shard().shard(), "stored", Long.toString(last));
  }

  @Test
  void a_row_older_than_any_key_waits_while_history_cannot_tell() {
    room("unknown");
    store("unknown");
    TRIAL.peer.historyDown = true;
    outbox("unknown", "outbox.k3", 0, new JsonObject(), "1 hour");
    await().until(() -> TRIAL.peer.refused.get() > 0);
    assertThat(marks("unknown")).isEmpty();
    TRIAL.peer.historyDown = false;
    await().untilAsserted(() -> assertThat(marks("unknown")).containsExactly("outbox.k3"));
  }

  @Test
  void an_older_version_changes_no_rights_but_its_event_is_heard() {
    room("versions");
    TRIAL.as("ann", "PUT", "/rooms/versions/members/bob", new JsonObject().put("role", "member"));
    assertThat(member("versions", "bob")).isEqualTo("member 0 0");
    outbox("versions", "old", 1, new JsonObject().put("bob", "owner 0 0"));
    awaitEmpty();
    assertThat(member("versions", "bob")).isEqualTo("member 0 0");
    assertThat(marks("versions")).containsExactly("old");
    long epoch =
        Heads.reply(TRIAL.call(Heads.call(TRIAL.room("versions").shard(), List.of()))).epoch();
    Load.Reply stale =
        Load.reply(
            TRIAL.call(
                Load.call(
                    TRIAL.room("versions"),
                    epoch,
                    new Load.Snapshot(
                        1,
                        0,
                        0,
                        RoomKind.OPEN,
                        0,
                        false,
                        Map.of("eve", new MemberState(Role.OWNER, 0, 0))))));
    assertThat(stale).isInstanceOf(Load.Reply.Stale.class);
    assertThat(member("versions", "eve")).isNull();
  }

  @Test
  void what_can_never_be_appended_is_parked_and_holds_up_nobody() {
    room("poison");
    outbox("poison", "bad", 7, new JsonObject().put("bob", "nonsense"));
    outbox("poison", "good", 0, new JsonObject());
    await().untilAsserted(() -> assertThat(marks("poison")).containsExactly("good"));
    assertThat(TRIAL.sql("select * from chat.outbox_parked where room = 'poison'").size())
        .isEqualTo(1);
  }

  @Test
  void changes_by_many_at_several_replicas_are_heard_in_the_order_of_their_versions() {
    room("busy");
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      int number = i;
      all.add(
          CompletableFuture.supplyAsync(
              () ->
                  TRIAL
                      .at(
                          number % 3,
                          "Authorization",
                          "Bearer " + TRIAL.token("ann"),
                          number % 2 == 0 ? "PUT" : "PATCH",
                          number % 2 == 0
                              ? "/api/rooms/busy/members/user" + number % 7
                              : "/api/rooms/busy",
                          number % 2 == 0
                              ? new JsonObject()
                                  .put("role", number % 4 == 0 ? "member" : "moderator")
                              : new JsonObject().put("topic", "topic " + number))
                      .status()));
    }
    assertThat(all).allMatch(status -> status.join() == 200);
    awaitEmpty();
    List<JsonObject> events = TRIAL.log("busy");
    List<Long> versions =
        events.stream()
            .filter(event -> event.getString("type").equals("room"))
            .map(event -> event.getLong("version"))
            .toList();
    assertThat(versions).hasSize(22).isSorted().doesNotHaveDuplicates();
    long prev = 0;
    for (JsonObject event : events) {
      assertThat(event.getLong("prev")).isEqualTo(prev);
      prev = event.getLong("seq");
    }
    TRIAL
        .sql("select user_id, role from chat.members where room = 'busy'")
        .forEach(
            row ->
                assertThat(member("busy", row.getString(0))).isEqualTo(row.getString(1) + " 0 0"));
  }

  @Test
  void while_redis_is_away_a_change_stands_and_is_heard_later() {
    room("away");
    TRIAL.redis.stop();
    Trial.Answer answer =
        TRIAL.as("ann", "PUT", "/rooms/away/bans/eve", new JsonObject().put("seconds", 600));
    assertThat(answer.status()).isEqualTo(200);
    TRIAL.redis.start();
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreException(RedisUnavailable.class)
        .untilAsserted(() -> assertThat(member("away", "eve")).startsWith("- 0 1"));
    assertThat(TRIAL.log("away").getLast().getString("action")).isEqualTo("banned");
  }
}

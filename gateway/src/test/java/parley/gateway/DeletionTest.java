package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a deleted message said is nowhere any more, whatever went on beside the deletion. */
class DeletionTest {
  private static final int ROUNDS = 40;
  private static final String SECRET = "hush";

  private static Town town;
  private static RawSocketIo author;
  private static RawSocketIo moderator;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
    for (String room : List.of("race", "row")) {
      town.post(0, "/api/rooms", town.token("mod"), "{\"id\":\"%s\"}".formatted(room));
    }
    author = RawSocketIo.connect(town.http, town.port(0), town.token("ann"));
    moderator = RawSocketIo.connect(town.http, town.port(1), town.token("mod"));
    for (RawSocketIo client : List.of(author, moderator)) {
      assertThat(client.ask("join", in("race")).getBoolean("ok")).isTrue();
      assertThat(client.ask("join", in("row")).getBoolean("ok")).isTrue();
    }
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static JsonObject in(String room) {
    return new JsonObject().put("room", room);
  }

  private static long say(String room) {
    JsonObject said = author.ask("send", in(room).put("text", SECRET));
    assertThat(said.getBoolean("ok")).as(said.encode()).isTrue();
    return said.getLong("seq");
  }

  @Test
  void no_edit_follows_a_deletion_and_two_deletions_at_once_are_one() {
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long seq = say("race");
      List<CompletableFuture<JsonObject>> round =
          List.of(
              author.later("edit", in("race").put("seq", seq).put("text", SECRET + " again")),
              author.later("delete", in("race").put("seq", seq)),
              moderator.later("delete", in("race").put("seq", seq)),
              author.later("edit", in("race").put("seq", seq).put("text", SECRET + " at last")));
      CompletableFuture.allOf(round.toArray(CompletableFuture[]::new)).join();
      assertThat(List.of(round.get(1).join(), round.get(2).join()))
          .allMatch(answer -> answer.getBoolean("ok"));
      answers.addAll(List.of(round.get(0), round.get(3)));
    }
    assertThat(answers.stream().map(CompletableFuture::join))
        .allMatch(
            answer ->
                answer.getBoolean("ok")
                    || answer.getJsonObject("error").getString("code").equals("gone"));
    String count = "select count(*) from history.event where room = 'race' and kind = 5";
    await()
        .atMost(Town.SOON)
        .untilAsserted(() -> assertThat(town.sql(count)).containsExactly(Integer.toString(ROUNDS)));
    assertThat(
            town.sql(
                "select e.json from history.event e join history.event d using (room, target)"
                    + " where room = 'race' and e.kind = 4 and d.kind = 5 and e.seq > d.seq"))
        .as("edits behind a deletion")
        .isEmpty();
    nothingIsLeftOf("race");
  }

  @Test
  void an_edit_or_reaction_right_behind_a_deletion_is_refused_at_every_node() {
    for (int i = 0; i < ROUNDS; i++) {
      long seq = say("row");
      assertThat(author.ask("delete", in("row").put("seq", seq)).getBoolean("ok")).isTrue();
      RawSocketIo late = i % 2 == 0 ? author : moderator;
      JsonObject edit = late.ask("edit", in("row").put("seq", seq).put("text", SECRET + " again"));
      JsonObject reaction = late.ask("react", in("row").put("seq", seq).put("emoji", "x"));
      for (JsonObject answer : List.of(edit, reaction)) {
        assertThat(answer.getBoolean("ok")).as(answer.encode()).isFalse();
        assertThat(answer.getJsonObject("error").getString("code")).isEqualTo("gone");
      }
    }
    nothingIsLeftOf("row");
  }

  /** Neither in the rings of both nodes, nor in Redis, nor in Postgres. */
  private static void nothingIsLeftOf(String room) {
    for (int node = 0; node < 2; node++) {
      String heard =
          town.get(node, "/api/rooms/" + room + "/events?after=0", town.token("ann")).body();
      assertThat(heard).contains("\"deleted\":true").doesNotContain(SECRET);
      assertThat(town.get(node, "/api/rooms/" + room + "/messages", town.token("ann")).body())
          .contains("\"deleted\":true")
          .doesNotContain(SECRET);
    }
    await()
        .atMost(Town.SOON)
        .untilAsserted(() -> assertThat(town.everythingInRedis()).doesNotContain(SECRET));
    for (String table : List.of("event", "edit", "dead_letter")) {
      assertThat(
              town.sql(
                  "select t::text from history.%s t where room = '%s' and t::text like '%%%s%%'"
                      .formatted(table, room, SECRET)))
          .as(table)
          .isEmpty();
    }
  }
}

package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Redis loses everything: whoever tries again what was done before is told of that, not repeated.
 */
class LostKeysTest {
  private static final String ROOM = "/rooms/keys";

  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void keys_of_messages_deletions_and_edits_come_back_from_postgres() {
    JsonObject plain = ask(0, "POST", "/messages", "{\"text\":\"plain\",\"key\":\"k1\"}");
    JsonObject gone = ask(0, "POST", "/messages", "{\"text\":\"hush\",\"key\":\"k \\\"2\\\"\"}");
    JsonObject typo = ask(0, "POST", "/messages", "{\"text\":\"typo\",\"key\":\"k3\"}");
    String edit = "{\"text\":\"type\",\"key\":\"e1\"}";
    JsonObject edited = ask(1, "PATCH", "/messages/" + typo.getLong("seq"), edit);
    JsonObject deleted = ask(1, "DELETE", "/messages/" + gone.getLong("seq"), null);
    ask(0, "POST", "/messages", "{\"text\":\"last\",\"ack\":\"stored\"}");

    // Nobody is left who heard any of it, and Redis keeps nothing over its restart.
    town.cutOff(0);
    town.cutOff(1);
    town.redis.restart();
    int node = town.addGateway();
    int other = town.addGateway();
    await()
        .atMost(Town.SOON)
        .until(
            () ->
                town.refusal(
                        node, "POST", ROOM + "/messages", ann(), "{\"text\":\"on\",\"key\":\"k9\"}")
                    .equals("ok"));

    assertSame(plain, ask(node, "POST", "/messages", "{\"text\":\"plain\",\"key\":\"k1\"}"));
    assertSame(
        gone, ask(other, "POST", "/messages", "{\"text\":\"hush\",\"key\":\"k \\\"2\\\"\"}"));
    assertSame(edited, ask(other, "PATCH", "/messages/" + typo.getLong("seq"), edit));
    ask(node, "DELETE", "/messages/" + gone.getLong("seq"), null);
    JsonArray messages = ask(node, "GET", "/messages", null).getJsonArray("messages");
    assertThat(texts(messages)).containsExactly("plain", null, "type", "last", "on");
    JsonObject tombstone = messages.getJsonObject(1);
    assertThat(tombstone.getBoolean("deleted")).isTrue();
    assertThat(tombstone.getString("key")).isEqualTo("k \"2\"");
    assertThat(messages.getJsonObject(2).getString("key")).as("the message's").isEqualTo("k3");
    JsonArray events = ask(node, "GET", "/events?after=0", null).getJsonArray("events");
    assertThat(events.stream().map(event -> ((JsonObject) event).getString("type")))
        .filteredOn(List.of("edited", "deleted")::contains)
        .containsExactly("edited", "deleted");
    assertThat(deleted.getLong("seq")).isGreaterThan(edited.getLong("seq"));
  }

  private static void assertSame(JsonObject before, JsonObject again) {
    assertThat(again.getLong("seq")).isEqualTo(before.getLong("seq"));
    assertThat(again.getLong("prev")).isEqualTo(before.getLong("prev"));
    assertThat(again.getLong("ts")).isEqualTo(before.getLong("ts"));
  }

  private static String ann() {
    return town.token("ann");
  }

  private static JsonObject ask(int node, String method, String path, String body) {
    return town.rest(node, method, ROOM + path, ann(), body);
  }

  private static List<String> texts(JsonArray messages) {
    return messages.stream().map(message -> ((JsonObject) message).getString("text")).toList();
  }
}

package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A chat-service dies amid changes, and then a gateway: who asks again gets what was asked for, and
 * the room hears of each change that stands, in one order and without a gap.
 */
class DyingServiceTest {
  private static final int CHANGES = 60;
  private static final int CHAT_DIES_AT = 15;
  private static final int GATEWAY_DIES_AT = 40;
  private static final String QUAY = "/rooms/quay";

  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.withReplicas(2, 3, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void changes_of_a_room_go_on_and_are_all_heard() {
    town.rest(0, "POST", "/rooms", town.token("mod"), "{\"id\":\"quay\"}");
    RawSocketIo listener = RawSocketIo.connect(town.http, town.port(0), town.token("lis"));
    JsonObject joined = listener.ask("join", new JsonObject().put("room", "quay"));
    assertThat(joined.getBoolean("ok")).isTrue();

    CompletableFuture<Void> chatIsGone = null;
    CompletableFuture<Void> gatewayIsGone = null;
    for (int i = 0; i < CHANGES; i++) {
      if (i == CHAT_DIES_AT) {
        chatIsGone = CompletableFuture.runAsync(() -> town.cutOffChat(0));
      } else if (i == GATEWAY_DIES_AT) {
        gatewayIsGone = CompletableFuture.runAsync(() -> town.cutOff(2));
      }
      change(i);
    }
    chatIsGone.join();
    gatewayIsGone.join();

    String banned = "select user_id from chat.members where room = 'quay' and banned_until <> 0";
    assertThat(town.sql(banned)).containsExactlyInAnyOrderElementsOf(users(0));
    String muted = "select user_id from chat.members where room = 'quay' and muted_until <> 0";
    assertThat(town.sql(muted)).containsExactlyInAnyOrderElementsOf(users(1));
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              assertThat(told(listener, "banned")).containsAll(users(0));
              assertThat(told(listener, "muted")).containsAll(users(1));
              assertThat(topics(listener)).containsExactlyElementsOf(users(2));
            });
    assertThat(town.rest(1, "GET", QUAY, town.token("mod"), null).getString("topic"))
        .isEqualTo(users(2).getLast());
    isWhole(listener, joined.getLong("head"));
  }

  /** A ban, a mute, or a topic; asked for until it is done. */
  private static void change(int i) {
    String user = "u" + i;
    String[] asked =
        switch (i % 3) {
          case 0 -> new String[] {"PUT", QUAY + "/bans/" + user, null};
          case 1 -> new String[] {"PUT", QUAY + "/mutes/" + user, null};
          default -> new String[] {"PATCH", QUAY, new JsonObject().put("topic", user).encode()};
        };
    int[] node = {i % 3};
    await()
        .atMost(Town.SOON)
        .until(
            () -> {
              try {
                return town.refusal(node[0], asked[0], asked[1], town.token("mod"), asked[2]);
              } catch (UncheckedIOException gone) {
                node[0] = 0; // to another gateway
                return "gone";
              }
            },
            "ok"::equals);
  }

  private static List<String> users(int kind) {
    return IntStream.range(0, CHANGES).filter(i -> i % 3 == kind).mapToObj(i -> "u" + i).toList();
  }

  private static List<String> told(RawSocketIo listener, String action) {
    return listener.heard("member").stream()
        .filter(event -> event.getString("action").equals(action))
        .map(event -> event.getJsonObject("user").getString("id"))
        .toList();
  }

  private static List<String> topics(RawSocketIo listener) {
    return listener.heard("room").stream()
        .map(event -> event.getJsonObject("change").getString("topic"))
        .toList();
  }

  /** Each event names the one before it, from the join to the head. */
  private static void isWhole(RawSocketIo listener, long joinedAt) {
    long last = joinedAt;
    for (JsonArray args : listener.events) {
      if (args.getValue(1) instanceof JsonObject event && event.containsKey("prev")) {
        assertThat(event.getLong("prev")).isEqualTo(last);
        last = event.getLong("seq");
      }
    }
    assertThat(town.rest(1, "GET", QUAY + "/events", town.token("mod"), null).getLong("head"))
        .isEqualTo(last);
  }
}

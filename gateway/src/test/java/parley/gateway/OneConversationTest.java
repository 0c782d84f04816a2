package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One conversation over every transport and two nodes, one of which dies in the middle: everybody
 * hears the same, in the same order, once.
 */
class OneConversationTest {
  private static final int ROUNDS = 8;
  private static final int DEADLY_ROUND = 4;
  private static final int TRIES_MAX = 50;
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
  void all_transports_hear_and_say_the_same_though_a_node_dies() {
    String room = "talk";
    List<Participant> people =
        List.of(
            new Participant.SocketIo(town, 0, room, "ann"),
            new Participant.SocketIo(town, 1, room, "bea"),
            new Participant.Plain(town, 0, room, "cid"),
            new Participant.Plain(town, 1, room, "dan"),
            new Participant.Stream(town, 0, room, "eve"),
            new Participant.Stream(town, 1, room, "fay"),
            new Participant.Polling(town, 0, room, "gus", 20),
            new Participant.Polling(town, 1, room, "hal", 0));
    List<String> said = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      if (round == DEADLY_ROUND) {
        Thread.ofVirtual().start(() -> town.cutOff(0));
      }
      for (int i = 0; i < people.size(); i++) {
        String text = "round " + round + " of " + i;
        sayUntilAccepted(people.get(i), text);
        said.add(text);
      }
    }
    List<Long> archived = archived(room, said);
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () ->
                people.forEach(
                    one ->
                        assertThat(one.seqs())
                            .as(one.getClass().getSimpleName() + " at first on node " + one.node)
                            .isEqualTo(archived)));
    people.forEach(Participant::close);
  }

  /** Whoever gets no answer goes to the other node and says the same again, under the same key. */
  private static void sayUntilAccepted(Participant one, String text) {
    String key = text.replace(' ', '-');
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      if (one.node == 0 && !isUp(0)) {
        one.moveTo(1);
      }
      if (one.say(text, key)) {
        return;
      }
    }
    throw new AssertionError("never accepted: " + text);
  }

  private static boolean isUp(int node) {
    try {
      return town.get(node, "/health/ready", null).statusCode() == 200;
    } catch (java.io.UncheckedIOException e) {
      return false;
    }
  }

  /** The seqs of what was said, as the archive has them, once it has all. */
  private static List<Long> archived(String room, List<String> said) {
    List<Long> seqs = new ArrayList<>();
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              List<JsonObject> messages =
                  new JsonObject(
                          town.get(
                                  1,
                                  "/api/rooms/" + room + "/messages?limit=200",
                                  town.token("ann"))
                              .body())
                      .getJsonArray("messages").stream().map(JsonObject.class::cast).toList();
              assertThat(messages.stream().map(message -> message.getString("text")))
                  .containsExactlyElementsOf(said);
              seqs.clear();
              messages.forEach(message -> seqs.add(message.getLong("seq")));
            });
    return seqs;
  }
}

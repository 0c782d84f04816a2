package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that joins again while much is said, as one does whose first answer came too late. */
class RejoinTest {
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static JsonObject room(String name) {
    return new JsonObject().put("room", name);
  }

  /** Whatever answer a client takes for its beginning: the events behind it follow on it. */
  @Test
  void what_is_heard_behind_each_answer_follows_its_head() {
    RawSocketIo talker = RawSocketIo.connect(town.http, town.port(0), town.token("tom"));
    talker.ask("join", room("busy"));
    RawSocketIo ann = RawSocketIo.connect(town.http, town.port(1), town.token("ann"));
    List<CompletableFuture<JsonObject>> saying = new ArrayList<>();
    List<CompletableFuture<JsonObject>> joining = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 10; i++) {
        saying.add(talker.later("send", room("busy").put("text", round + "/" + i)));
      }
      joining.add(ann.later("join", room("busy")));
      joining.add(ann.later("join", room("busy")));
      if (round % 5 == 4) {
        joining.getLast().join();
      }
    }
    joining.forEach(CompletableFuture::join);
    long last =
        saying.stream()
            .map(CompletableFuture::join)
            .mapToLong(a -> a.getLong("seq"))
            .max()
            .orElse(0);
    await().atMost(Town.SOON).until(() -> lastHeard(ann) == last);

    long heard = -1;
    for (String packet : ann.packets) {
      if (packet.startsWith("43")) {
        JsonObject answer = new JsonArray(packet.substring(packet.indexOf('['))).getJsonObject(0);
        assertThat(answer.getBoolean("ok")).as(packet).isTrue();
        assertThat(heard == -1 || heard == answer.getLong("head"))
            .as("%s after an event %d", packet, heard)
            .isTrue();
        heard = answer.getLong("head");
      } else if (packet.startsWith("42[\"message\"")) {
        JsonObject event = new JsonArray(packet.substring(2)).getJsonObject(1);
        assertThat(event.getLong("prev")).as("behind %d: %s", heard, packet).isEqualTo(heard);
        heard = event.getLong("seq");
      }
    }
  }

  private static long lastHeard(RawSocketIo client) {
    List<JsonObject> messages = client.heard("message");
    return messages.isEmpty() ? 0 : messages.getLast().getLong("seq");
  }
}

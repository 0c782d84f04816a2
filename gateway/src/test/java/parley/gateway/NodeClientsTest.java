package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unmodified client of socket.io from npm. */
class NodeClientsTest {
  private Town town;

  @BeforeEach
  void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterEach
  void stop() {
    town.close();
  }

  @Test
  void a_client_whose_gateway_is_gone_is_recovered_at_the_other_and_has_missed_nothing()
      throws Exception {
    RawSocketIo talker = RawSocketIo.connect(town.http, town.port(1), town.token("tom"));
    NodeScript client = NodeScript.run(town, "returns.mjs", Map.of("ROOM", "home", "LAST", "live"));
    client.until("ready");
    say(talker, "heard");
    town.cutOff(0);
    say(talker, "missed");
    client.until("back");
    say(talker, "live");
    JsonObject seen = client.result();
    assertThat(seen.getJsonArray("texts")).containsExactly("heard", "missed", "live");
    assertThat(seen.getJsonArray("recovered")).containsExactly(false, true);
    JsonArray ids = seen.getJsonArray("ids");
    assertThat(ids.getString(1)).isEqualTo(ids.getString(0));
  }

  private static void say(RawSocketIo talker, String text) {
    JsonObject sent = talker.ask("send", new JsonObject().put("room", "home").put("text", text));
    assertThat(sent.getBoolean("ok")).as(sent.encode()).isTrue();
  }

  @Test
  void polling_needs_no_sticky_sessions() throws Exception {
    NodeScript client =
        NodeScript.run(town, "round-robin.mjs", Map.of("ROOM", "robin", "COUNT", "20"));
    JsonObject seen = client.result();
    assertThat(seen.getJsonArray("texts").getList())
        .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
    assertThat(seen.getInteger("connects")).isEqualTo(1);
  }
}

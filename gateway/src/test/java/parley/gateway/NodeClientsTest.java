package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unmodified client of socket.io from npm. */
class NodeClientsTest {
  private static final Path CLIENT = Path.of("../web/package.json").toAbsolutePath().normalize();

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
    Script client = Script.run(town, "returns.mjs", Map.of("ROOM", "home", "LAST", "live"));
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
    Script client = Script.run(town, "round-robin.mjs", Map.of("ROOM", "robin", "COUNT", "20"));
    JsonObject seen = client.result();
    assertThat(seen.getJsonArray("texts").getList())
        .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
    assertThat(seen.getInteger("connects")).isEqualTo(1);
  }

  /** A script under src/test/node, and the lines that it prints. */
  private record Script(Process process, List<String> lines) {

    static Script run(Town town, String file, Map<String, String> more) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder("node", Path.of("src/test/node", file).toString())
              .redirectErrorStream(true);
      builder.environment().putAll(more);
      builder
          .environment()
          .putAll(
              Map.of(
                  "CLIENT", CLIENT.toString(),
                  "FIRST", town.url(0),
                  "SECOND", town.url(1),
                  "TOKEN", town.token("ann")));
      Process process = builder.start();
      List<String> lines = new CopyOnWriteArrayList<>();
      Thread.ofVirtual()
          .start(
              () ->
                  new java.io.BufferedReader(
                          new java.io.InputStreamReader(
                              process.getInputStream(), StandardCharsets.UTF_8))
                      .lines()
                      .forEach(lines::add));
      return new Script(process, lines);
    }

    void until(String line) {
      await().atMost(Town.SOON.multipliedBy(2)).until(() -> lines.contains(line));
    }

    JsonObject result() throws InterruptedException {
      assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
      return new JsonObject(lines.getLast());
    }
  }
}

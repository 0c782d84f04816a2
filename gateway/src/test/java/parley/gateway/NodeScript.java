package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A script under src/test/node, and the lines that it prints. */
record NodeScript(Process process, List<String> lines) {
  private static final Path CLIENT = Path.of("../web/package.json").toAbsolutePath().normalize();

  static NodeScript run(Town town, String file, Map<String, String> more) throws IOException {
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
    return new NodeScript(process, lines);
  }

  void until(String line) {
    await().atMost(Town.SOON.multipliedBy(2)).until(() -> lines.contains(line));
  }

  JsonObject result() throws InterruptedException {
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    return new JsonObject(lines.getLast());
  }
}

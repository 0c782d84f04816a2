package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.backing.FreePort;
import parley.system.page.Chromium;

/** Every command and every piece of code of the README does, in a fresh clone, what it says. */
class ReadmeTest {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```");
  private static final Pattern INDENTED = Pattern.compile("(?m)^    (\\S.*)$");
  private static final String SEND =
      "curl -s http://127.0.0.1:8080/api/rooms/lobby/messages -H \"Authorization: Bearer $TOKEN\"";

  @TempDir Path folder;

  private String readme;
  private int port;

  @Test
  @Tag("full")
  void the_first_five_minutes_go_as_they_are_told() throws Exception {
    FreshClone clone = FreshClone.into(folder);
    readme = Files.readString(clone.folder().resolve("README.md"));
    port = FreePort.find(2);
    // Compose is tried by deploy/smoke, mvn verify is what runs this, ./parley verify has RunTest.
    assertThat(commands())
        .containsExactly(
            "docker compose up --build", "./parley up", "mvn verify", "./parley verify");
    try (var system = LocalSystem.up(clone, "./parley up --port " + port)) {
      curlLines(clone);
      pageOfYourOwn(clone);
      yourOwnUsers(clone);
      system.end("TERM");
    }
  }

  private List<String> commands() {
    String outside = FENCED.matcher(readme.replaceAll("(?ms)^```\\n.*?^```", "")).replaceAll("");
    return INDENTED.matcher(outside).results().map(line -> line.group(1)).distinct().toList();
  }

  /** The README's block of this kind, for the ports of this run. */
  private String block(String kind) {
    List<String> blocks =
        FENCED
            .matcher(readme)
            .results()
            .filter(found -> found.group(1).equals(kind))
            .map(found -> found.group(2))
            .toList();
    assertThat(blocks).as(kind).hasSize(1);
    return here(blocks.getFirst());
  }

  private String here(String text) {
    return text.replace("127.0.0.1:8080", "127.0.0.1:" + port)
        .replace("127.0.0.1:8081", "127.0.0.1:" + (port + 1));
  }

  private void curlLines(FreshClone clone) throws Exception {
    String lines = "set -e\n" + block("sh");
    List<String> first = clone.run(lines).output().lines().toList();
    List<String> second = clone.run(lines).output().lines().toList();
    JsonObject sent = new JsonObject(objects(first).getFirst());
    JsonObject again = new JsonObject(objects(second).getFirst());
    assertThat(sent.getBoolean("ok")).isTrue();
    assertThat(again.getLong("seq")).isEqualTo(sent.getLong("seq"));
    String page = objects(second).getLast();
    assertThat(page.split("Hello from curl", -1)).as(page).hasSize(2);
  }

  /** What two requests answered; the first answer holds no other object. */
  private static List<String> objects(List<String> lines) {
    String all = String.join("", lines);
    int end = all.indexOf("}{") + 1;
    return List.of(all.substring(0, end), all.substring(end));
  }

  private void pageOfYourOwn(FreshClone clone) throws IOException {
    Path file = clone.folder().resolve("mine.html");
    assertThat(readme).contains("`mine.html`", "`say('hello')`");
    Files.writeString(file, block("html"));
    try (var page = Chromium.browser().newPage()) {
      // The answer to its join is the first thing that it logs: who speaks before hears nothing.
      page.waitForConsoleMessage(() -> page.navigate(file.toUri().toString()));
      page.evaluate("() => say('hello')");
      page.waitForFunction("() => document.body.textContent.includes('Ann: hello')");
    }
  }

  private void yourOwnUsers(FreshClone clone) throws Exception {
    Tool.NODE.path();
    Files.writeString(
        clone.folder().resolve("sign.cjs"), block("js") + "process.stdout.write(token);\n");
    String said =
        clone
            .run(
                here(
                    "TOKEN=$(node sign.cjs); "
                        + SEND
                        + " -H 'Content-Type: application/json' -d '{\"text\": \"signed\"}'; "
                        + SEND))
            .output();
    assertThat(said).contains("\"ok\":true", "user-42", "Grace", "signed");
  }
}

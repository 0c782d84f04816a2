package parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/smoke}: the compose file, the image and HAProxy as a user starts them. Each of its
 * steps has a limit, so it ends by itself.
 */
class SmokeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private record Ended(int code, String output) {}

  @Test
  void the_comparison_finds_what_is_wrong_in_wrong_histories() throws Exception {
    Ended tests = run(Map.of(), "node", "--test", "deploy/smoke-test/");
    assertThat(tests.code()).as(tests.output()).isZero();
    assertThat(tests.output()).contains("# fail 0").doesNotContain("# pass 0");
  }

  @Test
  @Tag("docker")
  void every_client_sees_the_same_through_every_fault() throws Exception {
    Ended smoke = run(Map.of(), "deploy/smoke");
    assertThat(smoke.code()).as(smoke.output()).isZero();
    assertThat(smoke.output()).contains("no difference");
  }

  @Test
  @Tag("docker")
  void secrets_in_files_show_nowhere_else() throws Exception {
    Ended smoke = run(Map.of(), "deploy/smoke", "--secrets");
    assertThat(smoke.code()).as(smoke.output()).isZero();
    assertThat(smoke.output()).contains("no difference");
  }

  @Test
  @Tag("docker")
  void a_system_that_stores_nothing_does_not_pass(@TempDir Path folder) throws Exception {
    Path override =
        Files.writeString(
            folder.resolve("without-history.yml"), "services: {history-service: {scale: 0}}\n");
    Ended smoke =
        run(
            Map.of("COMPOSE_FILE", ROOT.resolve("docker-compose.yml") + ":" + override),
            "deploy/smoke");
    assertThat(smoke.code()).as(smoke.output()).isEqualTo(1);
    assertThat(smoke.output()).contains("DIFFERENCE");
  }

  private static Ended run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output);
    } finally {
      process.destroy();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }
}

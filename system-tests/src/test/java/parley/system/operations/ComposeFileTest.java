package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import parley.verify.cluster.Checkout;

/** What people write into {@code .env} reaches the containers. */
class ComposeFileTest {
  private static final Path ROOT = Checkout.root();
  private static final Pattern NAME = Pattern.compile("(?m)^#(PARLEY_\\w+)=");

  /** The image and the compose file themselves decide on these. */
  private static final Set<String> FIXED =
      Set.of(
          "PARLEY_HOST",
          "PARLEY_OPS_PORT",
          "PARLEY_ADVERTISED_HOST",
          "PARLEY_PAGE",
          "PARLEY_STOP_WITHIN");

  @Test
  void every_setting_of_the_example_is_passed_on() throws IOException {
    List<String> names =
        NAME.matcher(Files.readString(ROOT.resolve(".env.example")))
            .results()
            .map(found -> found.group(1))
            .filter(name -> !FIXED.contains(name))
            .distinct()
            .toList();
    List<String> file =
        Files.readAllLines(ROOT.resolve("docker-compose.yml")).stream().map(String::strip).toList();
    assertThat(names)
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> assertThat(file).anyMatch(line -> line.startsWith(name + ":")));
  }

  /** {@code TokenSettings} knows it, so that it is never believed beside somebody's own keys. */
  @Test
  void the_secret_for_trying_is_the_one_that_the_services_know() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docker-compose.yml")))
        .contains("PARLEY_TOKEN_SECRET: ${PARLEY_TOKEN_SECRET-for-development-only-32-characters}");
  }
}

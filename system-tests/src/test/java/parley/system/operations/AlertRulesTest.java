package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import parley.verify.cluster.Checkout;

/** The alert rules do what their tests say, and each has a test and a page that says what to do. */
class AlertRulesTest {
  private static final Path FOLDER = Checkout.root().resolve("deploy/prometheus");
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern RUNBOOK = Pattern.compile("runbook: (\\S+)");

  @Test
  void the_rules_do_what_their_tests_say() throws Exception {
    var promtool =
        new ProcessBuilder(Tool.PROMTOOL.path().toString(), "test", "rules", "alerts.test.yml")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes());
    assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(promtool.exitValue()).as(said).isZero();
  }

  @Test
  void every_alert_is_tested_and_has_a_page_of_its_own() throws IOException {
    String rules = Files.readString(FOLDER.resolve("alerts.yml"));
    String tests = Files.readString(FOLDER.resolve("alerts.test.yml"));
    List<String> alerts = all(ALERT, rules);
    List<String> pages = all(RUNBOOK, rules);
    assertThat(alerts).hasSizeGreaterThan(6);
    assertThat(pages).hasSameSizeAs(alerts).doesNotHaveDuplicates();
    assertThat(pages).allMatch(page -> Files.exists(Checkout.root().resolve(page)));
    assertThat(alerts).allMatch(alert -> tests.contains("alertname: " + alert + "\n"));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }
}

package parley.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.chassis.config.SettingsPage;
import parley.chassis.metrics.MetricsPage;
import parley.chassis.metrics.ProcessMeasures;
import parley.chat.ChatSettings;
import parley.chat.metrics.ChatMeasures;
import parley.gateway.GatewaySettings;
import parley.gateway.metrics.GatewayMeasures;
import parley.history.HistorySettings;
import parley.history.metrics.HistoryMeasures;

/**
 * Pages that are made from the code are what the code says; {@code -Dpages=write} makes them anew.
 */
class PagesTest {
  private static final Path ROOT = Path.of("..");
  private static final List<Class<? extends Record>> RECORDS =
      List.of(GatewaySettings.class, ChatSettings.class, HistorySettings.class);

  /** Read by the script and by tests; in the environment of a process they do no harm. */
  private static final Set<String> NOT_OF_A_PROCESS =
      Set.of("PARLEY_BACKING", "PARLEY_JAVA", "PARLEY_JDKS", "PARLEY_JVM");

  @Test
  void the_page_of_settings_lists_every_setting() throws IOException {
    same("docs/settings.md", SettingsPage.render(RECORDS));
  }

  @Test
  void the_example_environment_names_every_setting() throws IOException {
    same(".env.example", SettingsPage.environmentExample(RECORDS));
  }

  @Test
  void the_list_of_known_names_holds_every_setting() throws IOException {
    same(
        "chassis/src/main/resources/parley/chassis/config/names.txt",
        SettingsPage.names(RECORDS, NOT_OF_A_PROCESS));
  }

  @Test
  void the_page_of_metrics_lists_every_measure() throws IOException {
    same(
        "docs/metrics.md",
        MetricsPage.render(
            List.of(
                GatewayMeasures.CATALOGUE,
                ChatMeasures.CATALOGUE,
                HistoryMeasures.CATALOGUE,
                ProcessMeasures.CATALOGUE)));
  }

  private static void same(String file, String made) throws IOException {
    Path path = ROOT.resolve(file);
    if ("write".equals(System.getProperty("pages"))) {
      Files.writeString(path, made);
    }
    assertThat(path).exists();
    assertThat(Files.readString(path))
        .as(file + " is made anew by: mvn verify -pl local -am -Dpages=write")
        .isEqualTo(made);
  }
}

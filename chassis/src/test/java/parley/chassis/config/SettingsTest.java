package parley.chassis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  enum Mode {
    FAST,
    VERY_SAFE
  }

  record Inner(
      @Setting(name = "PARLEY_PORT", means = "The port.", otherwise = "8080", min = 0, max = 65_535)
          int port) {}

  record Everything(
      Inner inner,
      @Setting(name = "PARLEY_TEXT", means = "A text.", otherwise = "t") String text,
      @Setting(name = "PARLEY_LONG", means = "A long.", otherwise = "5") long number,
      @Setting(name = "PARLEY_FLAG", means = "A flag.", otherwise = "off") boolean flag,
      @Setting(name = "PARLEY_WAIT", means = "A wait.", otherwise = "10s", max = 60_000)
          Duration pause,
      @Setting(name = "PARLEY_PAGE", means = "An address.", otherwise = "http://h/") URI page,
      @Setting(name = "PARLEY_NAMES", means = "Names.", otherwise = "a, b") List<String> names,
      @Setting(name = "PARLEY_ONCE", means = "Names.") Set<String> once,
      @Setting(name = "PARLEY_MODE", means = "A mode.", otherwise = "very-safe") Mode mode,
      @Setting(name = "PARLEY_SIZE", means = "A size.", otherwise = "64kb", min = 1) ByteSize size,
      @Setting(name = "PARLEY_FOLDER", means = "A folder.", otherwise = "/tmp") Path folder,
      @Setting(name = "PARLEY_MAYBE", means = "A number.") Optional<Integer> maybe,
      @Setting(name = "PARLEY_KEY", means = "A secret.", min = 8, example = "12345678") Secret key,
      @Setting(name = "PARLEY_DB", means = "A server.", otherwise = "postgresql://a:b@h/d")
          ServerUrl database) {}

  private static final Map<String, String> LEAST = Map.of("PARLEY_KEY", "long-enough");

  @Test
  void defaults_stand_where_nothing_is_given() {
    Everything read = Settings.read(Everything.class, LEAST, Set.of());
    assertThat(read)
        .isEqualTo(
            new Everything(
                new Inner(8080),
                "t",
                5,
                false,
                Duration.ofSeconds(10),
                URI.create("http://h/"),
                List.of("a", "b"),
                Set.of(),
                Mode.VERY_SAFE,
                new ByteSize(65_536),
                Path.of("/tmp"),
                Optional.empty(),
                new Secret("long-enough"),
                ServerUrl.of("postgresql://a:b@h/d")));
  }

  @Test
  void a_secret_and_an_address_with_one_can_stand_in_files(@TempDir Path folder) throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "long-enough-in-a-file\n");
    Path database = Files.writeString(folder.resolve("database"), "postgresql://c:d@h/d\n");
    Everything read =
        Settings.read(
            Everything.class,
            Map.of("PARLEY_KEY_FILE", key.toString(), "PARLEY_DB_FILE", database.toString()),
            Set.of());
    assertThat(read.key().reveal()).isEqualTo("long-enough-in-a-file");
    assertThat(read.database().reveal()).isEqualTo("postgresql://c:d@h/d");
    assertThat(Settings.names(Everything.class))
        .contains("PARLEY_KEY_FILE", "PARLEY_DB_FILE")
        .doesNotContain("PARLEY_TEXT_FILE");
  }

  @Test
  void a_file_for_a_secret_that_is_missing_empty_huge_or_one_too_many_is_told(@TempDir Path folder)
      throws Exception {
    Path missing = folder.resolve("missing");
    Path empty = Files.writeString(folder.resolve("empty"), " \n");
    Path huge = Files.writeString(folder.resolve("huge"), "x".repeat(65_537));
    Path good = Files.writeString(folder.resolve("good"), "long-enough");
    assertRefused(
        Map.of("PARLEY_KEY_FILE", missing.toString()),
        "PARLEY_KEY_FILE names a file that cannot be read: %s; name a readable one."
            .formatted(missing));
    assertRefused(
        Map.of("PARLEY_KEY_FILE", empty.toString()),
        "PARLEY_KEY_FILE names an empty file: %s; write the value into it.".formatted(empty));
    assertRefused(
        Map.of("PARLEY_KEY_FILE", huge.toString()),
        "PARLEY_KEY_FILE names a file of more than 65536 bytes; name another one.");
    assertRefused(
        Map.of("PARLEY_KEY_FILE", good.toString(), "PARLEY_KEY", "long-enough"),
        "PARLEY_KEY and PARLEY_KEY_FILE are both set; remove one of them.");
    assertRefused(
        Map.of("PARLEY_KEY", "long-enough", "PARLEY_TEXT_FILE", good.toString()),
        "PARLEY_TEXT_FILE is no setting of Parley");
  }

  private static void assertRefused(Map<String, String> environment, String sentence) {
    assertThatThrownBy(() -> Settings.read(Everything.class, environment, Set.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void what_is_given_is_read_and_blank_is_not_given() {
    Everything read =
        Settings.read(
            Everything.class,
            Map.of(
                "PARLEY_KEY", "long-enough",
                "PARLEY_PORT", " 1 ",
                "PARLEY_FLAG", "ON",
                "PARLEY_WAIT", "250ms",
                "PARLEY_ONCE", "x,x,,y",
                "PARLEY_MODE", "fast",
                "PARLEY_MAYBE", "7",
                "PARLEY_TEXT", "",
                "PATH", "ignored"),
            Set.of());
    assertThat(read.inner().port()).isEqualTo(1);
    assertThat(read.flag()).isTrue();
    assertThat(read.pause()).isEqualTo(Duration.ofMillis(250));
    assertThat(read.once()).containsExactlyInAnyOrder("x", "y");
    assertThat(read.mode()).isEqualTo(Mode.FAST);
    assertThat(read.maybe()).contains(7);
    assertThat(read.text()).isEqualTo("t");
  }

  @Test
  void all_problems_are_told_at_once_each_with_what_to_write() {
    SettingsException e =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                Settings.read(
                    Everything.class,
                    Map.of(
                        "PARLEY_PORT", "70000",
                        "PARLEY_PROT", "1",
                        "PARLEY_FLAG", "perhaps",
                        "PARLEY_WAIT", "2m",
                        "PARLEY_MODE", "slow",
                        "PARLEY_NOTHING_LIKE_IT_AT_ALL", "1",
                        "PARLEY_SIZE", "much"),
                    Set.of()));
    assertThat(e.problems())
        .containsExactly(
            "PARLEY_NOTHING_LIKE_IT_AT_ALL is no setting of Parley; remove it.",
            "PARLEY_PROT is no setting of Parley; did you mean PARLEY_PORT? Otherwise remove it.",
            "PARLEY_PORT is '70000'; write a number from 0 to 65535.",
            "PARLEY_FLAG is 'perhaps'; write on or off.",
            "PARLEY_WAIT is '2m'; write a duration such as 250ms, 10s, 5m, 1h or 7d of at most 1m.",
            "PARLEY_MODE is 'slow'; write fast or very-safe.",
            "PARLEY_SIZE is 'much'; write a size such as 64kb or 16mb of at least 1 bytes.",
            "PARLEY_KEY is needed; write a secret of at least 8 characters, for example 12345678.");
  }

  @Test
  void secrets_and_passwords_are_never_printed() {
    Everything read = Settings.read(Everything.class, LEAST, Set.of());
    assertThat(read.toString()).doesNotContain("long-enough").contains("database=postgresql://h/d");
    assertThatThrownBy(
            () -> Settings.read(Everything.class, Map.of("PARLEY_KEY", "hidden"), Set.of()))
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(
            () ->
                Settings.read(
                    Everything.class,
                    Map.of("PARLEY_KEY", "long-enough", "PARLEY_DB", "x:hidden@h h"),
                    Set.of()))
        .hasMessageStartingWith("PARLEY_DB cannot be used")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void names_of_other_processes_are_not_unknown() {
    Settings.read(Inner.class, Map.of("PARLEY_CHAT_PORT", "1", "PARLEY_TOKEN_SECRET", "whatever"));
    assertThatThrownBy(() -> Settings.read(Inner.class, Map.of("PARLEY_CHAT_PROT", "1")))
        .hasMessageContaining("did you mean PARLEY_CHAT_PORT?");
  }

  @Test
  void a_record_can_refuse_a_combination() {
    assertThatThrownBy(
            () -> Settings.read(parley.chassis.token.TokenSettings.class, Map.of(), Set.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Nobody could sign a token: set PARLEY_TOKEN_SECRET");
  }

  @Test
  void the_secret_of_the_compose_file_is_not_believed_beside_keys_of_ones_own() {
    Map<String, String> known = Map.of("PARLEY_TOKEN_SECRET", "for-development-only-32-characters");
    Map<String, String> both = new HashMap<>(known);
    both.put("PARLEY_TOKEN_JWKS", "https://login.example.com/jwks.json");
    Settings.read(parley.chassis.token.TokenSettings.class, known, Set.of());
    assertThatThrownBy(
            () -> Settings.read(parley.chassis.token.TokenSettings.class, both, Set.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Everybody could sign a token");
    both.put("PARLEY_TOKEN_SECRET", "");
    Settings.read(parley.chassis.token.TokenSettings.class, both, Set.of());
  }

  @Test
  void the_page_and_the_example_are_written_from_the_records() {
    String page = SettingsPage.render(List.of(Inner.class, Everything.class));
    assertThat(page)
        .contains("## Inner\n")
        .contains("## Everything\n")
        .contains("| `PARLEY_PORT` | `8080` | The port. |")
        .contains(
            "| `PARLEY_KEY` | needed | A secret. Example: `12345678`. As a file: `PARLEY_KEY_FILE`. |");
    assertThat(page.split("PARLEY_PORT", -1)).hasSize(2);
    assertThat(SettingsPage.environmentExample(List.of(Inner.class)))
        .endsWith("\n# --- Inner\n# The port.\n#PARLEY_PORT=8080\n");
    assertThat(SettingsPage.names(List.of(Inner.class), Set.of("PARLEY_A")))
        .endsWith("\nPARLEY_A\nPARLEY_PORT\n");
  }

  @Test
  void the_settings_of_every_process_have_defaults_that_work_locally() {
    CommonSettings common =
        Settings.read(CommonSettings.class, Map.of("PARLEY_CLUSTER_SECRET", "sixteen characters"));
    assertThat(common.host()).isEqualTo("127.0.0.1");
    assertThat(common.opsPort()).isZero();
    assertThat(common.log()).isEqualTo(CommonSettings.LogForm.PLAIN);
    assertThat(common.redis()).hasToString("redis://127.0.0.1:6379");
  }
}

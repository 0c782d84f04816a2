package parley.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code ./parley verify} as it is typed: what it says, and how it ends. */
class MainTest {
  private record Ended(int code, String said) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--minute 3     | There is no option \"--minute\"; see ./parley verify --help.",
        "--minutes soon | --minutes wants a number up to 1440, not \"soon\".",
        "--minutes 0    | --minutes wants a number up to 1440, not \"0\".",
        "--clients many | --clients wants a number up to 2000, not \"many\".",
        "--seed x       | --seed wants a whole number, not \"x\".",
        "--faults flood | There is no fault \"flood\"; ./parley verify --help names them.",
        "--seed         | The option --seed wants a value.",
      })
  void what_cannot_be_meant_is_said_in_a_sentence(String options, String sentence)
      throws Exception {
    Ended ended = verify(options.split(" "));
    assertThat(ended.said()).isEqualTo(sentence + "\n");
    assertThat(ended.code()).isEqualTo(2);
  }

  @Test
  void help_names_every_fault() throws Exception {
    Ended ended = verify("--help");
    assertThat(ended.code()).isZero();
    assertThat(ended.said()).contains("--report", "kill_gateway", "postgres_away");
  }

  @Test
  @Tag("full")
  void a_run_without_faults_holds_and_leaves_its_report(@TempDir Path folder) throws Exception {
    String options = "--faults none --minutes 0.3 --clients 12 --seed 3 --report " + folder;
    Ended ended = verify(options.split(" "));
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).startsWith("seed 3\n").doesNotContain("BROKEN");
    assertThat(folder.resolve("timeline.html")).isNotEmptyFile();
    assertThat(folder.resolve("violations.txt")).isEmptyFile();
  }

  private static Ended verify(String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "parley.verify.Main"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }
}

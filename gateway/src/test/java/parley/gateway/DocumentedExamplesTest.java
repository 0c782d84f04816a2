package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples of the documentation, run as they stand there: each block of curl, JavaScript or
 * Java prints what the text block behind it says, where … stands for anything.
 */
class DocumentedExamplesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern EXAMPLE =
      Pattern.compile("```(sh|js|java)\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ANY_BLOCK = Pattern.compile("```(sh|js|java)\n");
  private static final long SECONDS_MAX = 60;

  /** Below the page's packages, so that the client of socket.io is found there. */
  private static final Path SCRIPTS =
      Path.of("..", "web", "target", "examples").toAbsolutePath().normalize();

  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2);
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private record Example(String page, String language, String code, String prints) {
    @Override
    public String toString() {
      return page + ": " + code.lines().findFirst().orElse("");
    }
  }

  static Stream<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (String page : List.of("protocol.md", "errors.md")) {
      String text = Files.readString(DOCS.resolve(page));
      int before = examples.size();
      Matcher matcher = EXAMPLE.matcher(text);
      while (matcher.find()) {
        examples.add(new Example(page, matcher.group(1), matcher.group(2), matcher.group(3)));
      }
      assertThat(ANY_BLOCK.matcher(text).results().count())
          .as("blocks of " + page + " that are not followed by what they print")
          .isEqualTo(examples.size() - before);
      assertThat(examples.stream().skip(before).map(Example::language))
          .contains("sh", "js", "java");
    }
    return examples.stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void an_example_prints_what_the_page_says(Example example) throws Exception {
    String code = example.code().replace("http://127.0.0.1:8080", town.url(1));
    Files.createDirectories(SCRIPTS);
    Path file =
        Files.createTempFile(
            SCRIPTS,
            "Example",
            switch (example.language()) {
              case "sh" -> ".sh";
              case "js" -> ".mjs";
              default -> ".java";
            });
    Files.writeString(file, code);
    List<String> command =
        switch (example.language()) {
          case "sh" -> List.of("bash", file.toString());
          case "js" -> List.of("node", file.toString());
          default ->
              List.of(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  file.toString());
        };
    Path output = Files.createTempFile(SCRIPTS, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("TOKEN", town.token("ann"));
    Process process = builder.start();
    boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
    process.destroyForcibly().onExit().join();
    String printed = Files.readString(output);
    assertThat(ended).as("has ended; it printed: " + printed).isTrue();
    assertThat(printed.strip()).matches(pattern(example.prints().strip()));
    Files.delete(file);
    Files.delete(output);
  }

  private static Pattern pattern(String prints) {
    StringBuilder pattern = new StringBuilder();
    String separator = "";
    for (String part : prints.split("…", -1)) {
      pattern.append(separator).append(Pattern.quote(part));
      separator = ".*?";
    }
    return Pattern.compile(pattern.toString(), Pattern.DOTALL);
  }
}

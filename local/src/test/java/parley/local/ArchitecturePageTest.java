package parley.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names modules, packages and files in backquotes; what it names must exist. */
class ArchitecturePageTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern QUOTED = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern PACKAGE = Pattern.compile("parley(\\.[a-z]+)+");
  private static final Pattern CLASS = Pattern.compile("[A-Z][a-z]+([A-Z][A-Za-z]*)+");
  private static final Pattern STEP = Pattern.compile("\\b(gateway|chat|history)\\.([a-z]+)\\b");
  private static final Pattern FOLDER = Pattern.compile("[a-z][A-Za-z0-9./-]*/");

  @Test
  void what_the_architecture_page_names_exists() throws IOException {
    List<Path> files = sources();
    List<String> named =
        QUOTED
            .matcher(Files.readString(ROOT.resolve("ARCHITECTURE.md")))
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    assertThat(named).isNotEmpty();
    assertThat(named.stream().filter(name -> isMissing(name, files))).isEmpty();
  }

  @Test
  void the_packages_on_the_way_of_a_message_exist() throws IOException {
    String page = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
    String way = page.substring(page.indexOf("## The way of a message"));
    List<Path> files = sources();
    List<String> packages =
        STEP.matcher(way.substring(0, way.indexOf("## The hard ideas")))
            .results()
            .map(step -> "parley." + step.group())
            .distinct()
            .toList();
    assertThat(packages).hasSizeGreaterThan(5);
    assertThat(packages.stream().filter(name -> isMissing(name, files))).isEmpty();
  }

  private static boolean isMissing(String name, List<Path> files) {
    if (FOLDER.matcher(name).matches()) {
      return !Files.isDirectory(ROOT.resolve(name));
    }
    if (PACKAGE.matcher(name).matches()) {
      String folder = name.replace('.', '/');
      return files.stream().noneMatch(file -> file.getParent().endsWith(folder));
    }
    if (CLASS.matcher(name).matches()) {
      return files.stream().noneMatch(file -> file.endsWith(name + ".java"));
    }
    if (name.endsWith(".lua") || name.endsWith(".md") || name.endsWith(".flags")) {
      return files.stream().noneMatch(file -> file.endsWith(name));
    }
    return false;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> walk = Files.walk(ROOT)) {
      return walk.filter(
              file ->
                  !file.toString().contains("/node_modules/")
                      && !file.toString().contains("/target/")
                      && !file.toString().contains("/.git/"))
          .toList();
    }
  }
}

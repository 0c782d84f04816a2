package parley.backing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders for data and for unpacked binaries. */
final class Folders {

  private Folders() {}

  static Path temporary(String what) {
    try {
      return Files.createTempDirectory("parley-" + what + "-");
    } catch (IOException e) {
      throw new BackingException("No temporary folder can be made: " + e.getMessage(), e);
    }
  }

  static Path create(Path folder) {
    try {
      return Files.createDirectories(folder.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new BackingException(
          "The folder " + folder + " cannot be made or written; name another one.", e);
    }
  }

  /** Where binaries stay unpacked between runs; under the home folder, so nobody else writes it. */
  static Path cache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path home =
        xdg != null && !xdg.isBlank()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    Path wanted = home.resolve("parley");
    try {
      return Files.createDirectories(wanted);
    } catch (IOException unwritable) {
      Path instead = temporary("binaries");
      Watchdog.removeAtEnd(instead);
      return instead;
    }
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}

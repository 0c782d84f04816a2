package parley.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;

/** What cannot fail proves nothing: each planted bug is found within a few seeds. */
class PlantTest {
  private static final int SEEDS_MAX = 4;
  private static final Duration TIME = Duration.ofSeconds(25);
  private static final int CLIENTS = 30;

  /** A machine that is too slow breaks other promises, by itself. */
  private static final List<Promise> OF_THE_LOG =
      List.of(Promise.P1, Promise.P2, Promise.P3, Promise.P4);

  private static final Path FOLDER = Path.of("target", "verify").toAbsolutePath();

  @ParameterizedTest
  @EnumSource
  void the_bug_can_be_planted(Plant plant) {
    Path folder = FOLDER.resolve("planted-" + plant);
    Garden.plant(plant, folder);
    assertThat(folder).isDirectoryRecursivelyContaining(file -> !Files.isDirectory(file));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("full")
  void the_checker_finds_the_bug(Plant plant) throws IOException {
    Path planted = Garden.plant(plant, FOLDER.resolve("planted-" + plant));
    for (int seed = 1; seed <= SEEDS_MAX; seed++) {
      Verdict verdict = verdict(plant, planted, seed);
      if (OF_THE_LOG.stream().anyMatch(verdict::isBroken)) {
        System.out.printf("%s was found with seed %d%n%s%n", plant, seed, verdict.table());
        return;
      }
    }
    fail("%s was not found with seeds 1 to %d", plant, SEEDS_MAX);
  }

  private static Verdict verdict(Plant plant, Path planted, int seed) throws IOException {
    Path logs = FOLDER.resolve("planted-" + plant + "-" + seed);
    Files.createDirectories(logs);
    boolean probes = plant.faults().isEmpty();
    Duration time = probes ? Duration.ofSeconds(1) : TIME;
    return new Run(
            new Run.Plan(seed, time, plant.faults(), CLIENTS, probes, List.of(planted), logs),
            System.out::println)
        .go();
  }
}

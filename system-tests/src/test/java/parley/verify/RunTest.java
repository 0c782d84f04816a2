package parley.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The promises hold on a cluster of real processes while it is being broken; what {@code ./parley
 * verify} does, for less long.
 */
class RunTest {
  private static final Set<Fault> KILLS =
      EnumSet.of(Fault.KILL_GATEWAY, Fault.KILL_CHAT, Fault.KILL_HISTORY);

  @Test
  void the_promises_hold_while_processes_are_killed() throws IOException {
    holds("kills", KILLS, Duration.ofSeconds(45), 7);
  }

  @Test
  @Tag("full")
  void the_promises_hold_for_an_hour_of_every_fault() throws IOException {
    holds("hour", EnumSet.allOf(Fault.class), Duration.ofHours(1), System.nanoTime() % 100_000);
  }

  private static void holds(String name, Set<Fault> faults, Duration time, long seed)
      throws IOException {
    Path folder = Path.of("target", "verify", name).toAbsolutePath();
    Files.createDirectories(folder);
    System.out.println(name + ": seed " + seed);
    var run =
        new Run(new Run.Plan(seed, time, faults, 16, 5, folder, Map.of()), System.out::println);
    var verdict = run.go();
    System.out.println(verdict.table() + run.faults());
    assertThat(verdict.holds()).as("seed %d%n%s", seed, verdict.table()).isTrue();
  }
}

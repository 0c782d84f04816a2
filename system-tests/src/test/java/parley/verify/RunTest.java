package parley.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;

/**
 * The promises hold on a cluster of real processes while it is being broken; what {@code ./parley
 * verify} does, for less long.
 */
@FirstTryCounts
class RunTest {
  private static final Set<Fault> ALL = EnumSet.allOf(Fault.class);
  private static final Set<Fault> KILLS =
      EnumSet.of(Fault.KILL_GATEWAY, Fault.KILL_CHAT, Fault.KILL_HISTORY);
  private static final int KINDS_LEAST = 12;

  /** Whether a reader falls behind far enough for P6 is up to the buffers on the way. */
  private static final Set<Promise> SURELY_TRIED = EnumSet.complementOf(EnumSet.of(Promise.P6));

  /** Four to five minutes with its start, its probes and its end. */
  @Test
  void the_promises_hold_for_a_hundred_seconds_of_every_fault() throws IOException {
    Run run = run("build", ALL, Duration.ofSeconds(100), 40, 11, true);
    Verdict verdict = run.go();
    System.out.println(verdict.table() + run.faults());
    assertThat(verdict.holds()).as(verdict.table()).isTrue();
    assertThat(verdict.untried()).doesNotContainAnyElementsOf(SURELY_TRIED);
    assertThat(run.exercised()).as(run.faults()).hasSizeGreaterThan(KINDS_LEAST);
  }

  @Test
  @Tag("full")
  void the_promises_hold_while_processes_are_killed() throws IOException {
    Run run = run("all-kills", KILLS, Duration.ofMinutes(1), 40, 7, true);
    Verdict verdict = run.go();
    System.out.println(verdict.table() + run.faults());
    assertThat(verdict.holds()).as(verdict.table()).isTrue();
    assertThat(verdict.untried()).isEmpty();
  }

  @Test
  @Tag("full")
  void the_promises_hold_for_three_minutes_of_every_fault() throws IOException {
    Run run = run("minutes", ALL, Duration.ofMinutes(3), 60, 7, true);
    Verdict verdict = run.go();
    System.out.println(verdict.table() + run.faults());
    assertThat(verdict.holds()).as(verdict.table()).isTrue();
    assertThat(run.exercised()).as(run.faults()).hasSizeGreaterThan(KINDS_LEAST);
  }

  @Test
  @Tag("full")
  void the_promises_hold_for_an_hour_of_every_fault() throws IOException {
    Run run = run("hour", ALL, Duration.ofHours(1), 120, System.nanoTime() % 100_000, true);
    Verdict verdict = run.go();
    System.out.println(verdict.table() + run.faults());
    assertThat(verdict.holds()).as(verdict.table()).isTrue();
    assertThat(verdict.untried()).isEmpty();
    assertThat(run.exercised()).as(run.faults()).containsOnlyKeys(ALL);
  }

  private static Run run(
      String name, Set<Fault> faults, Duration time, int clients, long seed, boolean probes)
      throws IOException {
    Path folder = Path.of("target", "verify", name).toAbsolutePath();
    Files.createDirectories(folder);
    System.out.println(name + ": seed " + seed);
    return new Run(
        new Run.Plan(seed, time, faults, clients, probes, List.of(), folder), System.out::println);
  }
}

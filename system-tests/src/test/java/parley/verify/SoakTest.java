package parley.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.verify.cluster.Cluster;
import parley.verify.probe.Soak;

/**
 * Clients that come and go for an hour leave nothing behind. {@code -Dsoak.minutes=N} makes it
 * shorter, which shows only what leaks fast.
 */
@Tag("full")
class SoakTest {
  private static final int MINUTES = Integer.getInteger("soak.minutes", 60);

  /** What a fitted line may rise by from a quarter of the time on; the shorter, the rougher. */
  private static final double GROWTH_MAX = MINUTES >= 60 ? 0.02 : 0.25;

  @Test
  void memory_and_files_do_not_grow() throws IOException {
    Path folder = Path.of("target", "verify", "soak").toAbsolutePath();
    Files.createDirectories(folder);
    Duration time = Duration.ofMinutes(MINUTES);
    try (Cluster cluster = Cluster.start(new Cluster.Size(3, 2, 2), Run.SETTINGS, folder)) {
      Map<String, Double> growth =
          new Soak(cluster, time.dividedBy(40), System.out::println).run(time, time.dividedBy(4));
      growth.forEach((what, by) -> System.out.printf("%-32s %+.1f %%%n", what, by * 100));
      assertThat(growth).allSatisfy((what, by) -> assertThat(by).as(what).isLessThan(GROWTH_MAX));
    }
  }
}

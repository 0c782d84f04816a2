package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;

/** Containers are killed ten seconds after they were told to stop. */
class StopTest {
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(8);
  private static final Path LOGS = Path.of("target", "operations").toAbsolutePath();

  @Test
  void every_service_stops_cleanly_and_soon() throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(LOGS), "stop");
    try (var cluster = Cluster.start(new Cluster.Size(1, 1, 1), Map.of(), List.of(), folder)) {
      for (ServiceProcess process : cluster.processes()) {
        long begun = System.nanoTime();
        process.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
            .as("%s took", process)
            .isLessThan(STOPPED_WITHIN);
        assertThat(Files.readString(folder.resolve(process.name() + ".log")))
            .contains(" is stopped")
            .doesNotContain("did not stop cleanly");
      }
    }
  }
}

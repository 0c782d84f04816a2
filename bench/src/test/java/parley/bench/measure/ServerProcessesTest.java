package parley.bench.measure;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerProcessesTest {
  private static final String BUSY_IN_CHILDREN_THAT_END =
      "while :; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done";

  @Test
  void the_time_of_children_that_have_ended_is_seen() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", BUSY_IN_CHILDREN_THAT_END).start();
    try {
      ServerProcesses server = new ServerProcesses(List.of(parent.pid()));
      await().atMost(Duration.ofMinutes(1)).until(() -> server.cpuSeconds() > 0.5);
    } finally {
      parent.descendants().forEach(ProcessHandle::destroyForcibly);
      parent.destroyForcibly().waitFor();
    }
  }
}

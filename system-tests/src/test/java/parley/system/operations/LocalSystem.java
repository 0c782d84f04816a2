package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code ./parley up} of a clone, on ports that were free. */
final class LocalSystem implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(240);
  private static final int STOP_SECONDS = 60;

  private final Process process;
  private final Path said;
  private final HttpClient http = HttpClient.newHttpClient();

  private LocalSystem(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  /** Returns when it says that it is ready. */
  static LocalSystem up(FreshClone clone, String command) throws IOException {
    Path said = Files.createTempFile(clone.folder(), "up", ".txt");
    var system = new LocalSystem(clone.start("exec " + command, Map.of(), said), said);
    await()
        .atMost(READY_WITHIN)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !system.process.isAlive() || system.said().contains("ready after"));
    assertThat(system.process.isAlive()).as(system.said()).isTrue();
    return system;
  }

  String said() throws IOException {
    return Files.readString(said);
  }

  boolean isReady(int port) throws Exception {
    URI health = URI.create("http://127.0.0.1:" + port + "/health/ready");
    return http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding()).statusCode()
        == 200;
  }

  /** Sends the signal, waits for the end, and sees that nothing is left behind. */
  void end(String signal) throws Exception {
    List<ProcessHandle> children = process.descendants().toList();
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as(said()).isTrue();
    assertThat(said()).endsWith("stopped\n").doesNotContain("did not stop cleanly");
    await().atMost(READY_WITHIN).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroy();
      try {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    http.close();
  }
}

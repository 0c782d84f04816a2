package parley.system.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.backing.FreePort;
import parley.verify.cluster.Checkout;

/** What {@code ./parley up} starts: two gateways, the services and their stores in one process. */
final class UpProcess implements AutoCloseable {
  private static final int GATEWAYS = 2;
  private static final long STOPS_WITHIN_SECONDS = 30;

  private final Process process;
  private final int port;

  private UpProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Ready when it returns. */
  static UpProcess start(Path data, Map<String, String> environment) throws IOException {
    int port = FreePort.find(GATEWAYS);
    var builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "@" + Checkout.root().resolve("deploy/jvm.flags"),
            "-cp",
            System.getProperty("java.class.path"),
            "parley.local.Main",
            "up",
            "--port",
            Integer.toString(port),
            "--gateways",
            Integer.toString(GATEWAYS),
            "--data",
            data.resolve("parley").toString());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    BufferedReader said = process.inputReader();
    StringBuilder all = new StringBuilder();
    @Nullable String line = said.readLine();
    while (line != null && !line.startsWith("ready")) {
      all.append(line).append('\n');
      line = said.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("./parley up ended:\n" + all);
    }
    Thread.ofVirtual().start(() -> said.lines().forEach(more -> {}));
    return new UpProcess(process, port);
  }

  URI node(int index) {
    return URI.create("http://127.0.0.1:" + (port + index));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

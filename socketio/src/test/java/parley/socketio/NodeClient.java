package parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs tests in JavaScript with the client of socket.io from npm. */
final class NodeClient {
  private static final Path DIRECTORY = Path.of("src/test/node").toAbsolutePath();
  private static final Object INSTALLING = new Object();

  private NodeClient() {}

  /** Fails with the output of the tests if one of them does. */
  static void run(String file, Map<String, String> environment) {
    synchronized (INSTALLING) {
      if (!Files.exists(DIRECTORY.resolve("node_modules/.package-lock.json"))) {
        assertThat(output(Map.of(), "npm", "ci")).as("npm ci").doesNotContain("npm error");
      }
    }
    String output =
        output(environment, "node", "--test", "--test-reporter=spec", "--test-timeout=30000", file);
    assertThat(output).contains("fail 0").doesNotContain("pass 0");
    System.out.println(output);
  }

  private static String output(Map<String, String> environment, String... command) {
    try {
      var builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
      builder
          .directory(DIRECTORY.toFile())
          .redirectErrorStream(true)
          .environment()
          .putAll(environment);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return output;
    } catch (IOException e) {
      throw new AssertionError("Node 20 is needed: apt-get install nodejs npm", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The TypeScript client on the running system, by the tests in web/client/test/system. */
class ClientPackageTest {
  private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();
  private static final Path LOG = Path.of("target", "client-package.log").toAbsolutePath();
  private static final long MINUTES_MAX = 5;

  @Test
  void the_typescript_client_keeps_its_promises() throws IOException, InterruptedException {
    LiveSystem system = LiveSystem.open();
    File vitest = WEB.resolve("node_modules/.bin/vitest").toFile();
    assertThat(vitest).as("the build of web installs it").exists();
    var builder =
        new ProcessBuilder(vitest.getPath(), "run", "--config", "vitest.system.config.ts")
            .directory(WEB.toFile())
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile());
    builder.environment().put("PARLEY_NODE", system.node(0).toString());
    builder.environment().put("NO_COLOR", "1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as("ends in time").isTrue();
      assertThat(process.exitValue()).as("%s", Files.readString(LOG)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}

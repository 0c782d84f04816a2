package parley.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchdogTest {

  @Test
  void servers_and_temporary_folders_end_with_a_jvm_that_is_killed() throws Exception {
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectError(Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
      URI running = URI.create(out.readLine());
      URI paused = URI.create(out.readLine());
      Path folder = Path.of(out.readLine());
      assertThat(RedisWire.call(running, "PING")).isEqualTo("PONG");
      assertThat(folder).exists();
      jvm.destroyForcibly();
      await()
          .atMost(Duration.ofSeconds(15))
          .until(
              () ->
                  FreePort.isFree(running.getPort())
                      && FreePort.isFree(paused.getPort())
                      && !Files.exists(folder));
    }
  }

  /** What runs in the JVM that is killed. */
  static final class Program {
    public static void main(String[] args) throws Exception {
      RedisServer running = Backing.redisServer().embedded().start();
      RedisServer paused = Backing.redisServer().embedded().start();
      paused.pause();
      System.out.println(running.url());
      System.out.println(paused.url());
      System.out.println(running.command("CONFIG", "GET", "dir").split("\n")[1]);
      Thread.sleep(Duration.ofHours(1));
    }
  }
}

package parley.chassis.lifecycle;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  private final List<String> done = new CopyOnWriteArrayList<>();

  @Test
  void parts_start_in_order_and_stop_in_reverse() throws Exception {
    Lifecycle lifecycle = lifecycle("a", "b", "c");
    lifecycle.start().await(5, SECONDS);
    lifecycle.stop().await(5, SECONDS);
    assertThat(done).containsExactly("+a", "+b", "+c", "-c", "-b", "-a");
  }

  @Test
  void a_part_that_cannot_start_stops_those_before_it_and_is_named() {
    Lifecycle lifecycle =
        lifecycle("a", "b")
            .add("c", Duration.ofSeconds(1), () -> Future.failedFuture("port 1 is busy"), this::no)
            .add("d", Duration.ofSeconds(1), this::no, this::no);
    assertThatThrownBy(() -> lifecycle.start().await(5, SECONDS))
        .isInstanceOf(StartException.class)
        .hasMessage("test cannot start c: port 1 is busy");
    assertThat(done).containsExactly("+a", "+b", "-b", "-a");
  }

  @Test
  void a_part_that_throws_while_it_starts_is_told_alike() {
    Lifecycle lifecycle =
        lifecycle()
            .add(
                "a",
                Duration.ofSeconds(1),
                () -> {
                  throw new IllegalStateException("broken");
                },
                this::no);
    assertThatThrownBy(() -> lifecycle.start().await(5, SECONDS))
        .hasMessage("test cannot start a: broken");
  }

  @Test
  void a_part_that_does_not_stop_is_left_when_its_time_is_over() throws Exception {
    Lifecycle lifecycle =
        lifecycle("a")
            .add(
                "hangs",
                Duration.ofMillis(100),
                Future::succeededFuture,
                () -> Promise.promise().future())
            .add(
                "fails",
                Duration.ofSeconds(1),
                Future::succeededFuture,
                () -> Future.failedFuture("cannot"));
    lifecycle.start().await(5, SECONDS);
    lifecycle.stop().await(5, SECONDS);
    assertThat(done).containsExactly("+a", "-a");
  }

  @Test
  void a_stop_during_the_start_lets_no_further_part_start() throws Exception {
    Promise<Void> slow = Promise.promise();
    Lifecycle lifecycle =
        lifecycle("a")
            .add("slow", Duration.ofSeconds(1), slow::future, () -> note("-slow"))
            .add("b", Duration.ofSeconds(1), () -> note("+b"), () -> note("-b"));
    Future<Void> start = lifecycle.start();
    lifecycle.stop().await(5, SECONDS);
    slow.complete();
    assertThatThrownBy(() -> start.await(5, SECONDS)).isInstanceOf(StartException.class);
    assertThat(done).containsExactly("+a", "-a", "-slow");
  }

  @Test
  void a_process_stops_its_parts_on_sigterm_and_ends() throws Exception {
    Process process = program("good");
    try (BufferedReader out = out(process)) {
      assertThat(out.readLine()).isEqualTo("started");
      process.toHandle().destroy();
      assertThat(out.readLine()).isEqualTo("stopped");
      assertThat(process.waitFor(10, SECONDS)).isTrue();
    }
  }

  @Test
  void a_process_that_cannot_start_ends_with_one_sentence_and_status_1() throws Exception {
    Process process = program("bad");
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(errors.lines()).containsExactly("demo cannot start port: it is busy");
  }

  static final class Program {
    public static void main(String[] args) {
      boolean good = args[0].equals("good");
      ServiceMain.run(
          () ->
              new Lifecycle("demo")
                  .add(
                      "port",
                      Duration.ofSeconds(1),
                      () -> good ? print("started") : Future.failedFuture("it is busy"),
                      () -> print("stopped")),
          Duration.ofSeconds(5));
      try {
        Thread.sleep(Duration.ofMinutes(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static Future<?> print(String line) {
      System.out.println(line);
      return Future.succeededFuture();
    }
  }

  private static Process program(String how) throws Exception {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            how)
        .start();
  }

  private static BufferedReader out(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private Lifecycle lifecycle(String... names) {
    Lifecycle lifecycle = new Lifecycle("test");
    for (String name : names) {
      lifecycle.add(name, Duration.ofSeconds(1), () -> note("+" + name), () -> note("-" + name));
    }
    return lifecycle;
  }

  private Future<?> note(String what) {
    done.add(what);
    return Future.succeededFuture();
  }

  private Future<?> no() {
    return note("must not happen");
  }
}

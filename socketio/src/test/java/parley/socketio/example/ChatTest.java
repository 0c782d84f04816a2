package parley.socketio.example;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.socket.client.IO;
import io.socket.client.Socket;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class ChatTest {

  /** What a client heard of some events, each with its arguments behind it. */
  private static BlockingQueue<String> heard(Socket socket, String... events) {
    var heard = new LinkedBlockingQueue<String>();
    for (String event : events) {
      socket.on(
          event,
          args ->
              heard.add(
                  event
                      + " "
                      + String.join(" ", Arrays.stream(args).map(String::valueOf).toList())));
    }
    return heard;
  }

  @Test
  void the_example_of_the_readme_does_what_it_says() throws Exception {
    Vertx vertx = Vertx.vertx();
    int port = Chat.start(vertx, 0).toCompletionStage().toCompletableFuture().join().actualPort();
    String[] events = {"hello", "joined", "chat message", "typing", "room message", "left"};
    var options = IO.Options.builder().setForceNew(true).build();
    Socket ann = IO.socket("http://127.0.0.1:" + port, options);
    Socket bob = IO.socket("http://127.0.0.1:" + port, options);
    try {
      BlockingQueue<String> annHears = heard(ann, events);
      BlockingQueue<String> bobHears = heard(bob, events);
      ann.connect();
      assertThat(annHears.poll(20, SECONDS)).isEqualTo("hello welcome, " + ann.id());
      bob.connect();
      assertThat(bobHears.poll(20, SECONDS)).isEqualTo("hello welcome, " + bob.id());
      assertThat(annHears.poll(20, SECONDS)).isEqualTo("joined " + bob.id());
      ann.emit("chat message", "hi there");
      assertThat(annHears.poll(20, SECONDS)).isEqualTo("chat message hi there");
      assertThat(bobHears.poll(20, SECONDS)).isEqualTo("chat message hi there");
      bob.emit("typing");
      assertThat(annHears.poll(20, SECONDS)).isEqualTo("typing " + bob.id());
      var joined = new LinkedBlockingQueue<Object>();
      bob.emit("join", new Object[] {"garden"}, args -> joined.add(args[0]));
      assertThat(joined.poll(20, SECONDS)).isEqualTo("ok");
      ann.emit("to room", "garden", "roses");
      assertThat(bobHears.poll(20, SECONDS)).isEqualTo("room message roses");
      String bobsId = bob.id();
      bob.disconnect();
      assertThat(annHears.poll(20, SECONDS))
          .isEqualTo("left " + bobsId + " client namespace disconnect");
    } finally {
      ann.disconnect();
      bob.disconnect();
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void the_readme_shows_this_very_code_in_forty_lines() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    String shown = readme.substring(readme.indexOf("```java\n") + 8);
    shown = shown.substring(0, shown.indexOf("```"));
    String run = Files.readString(Path.of("src/test/java/parley/socketio/example/Chat.java"));
    assertThat(words(shown)).isEqualTo(words(run));
    assertThat(
            shown
                .lines()
                .filter(
                    line ->
                        !line.startsWith("import")
                            && !line.startsWith("package")
                            && !line.isBlank()))
        .hasSizeLessThanOrEqualTo(40);
  }

  /** Without what the formatter changes. */
  private static String words(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}

package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;
import parley.verify.cluster.Cluster;

/** Neither logs nor metrics nor errors tell what was meant for one party only. */
class SecretsTest {
  private static final String TEXT = "a-text-that-only-its-room-may-see";
  private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*");
  private static final Pattern PASSWORD = Pattern.compile("(postgres|redis)\\w*://\\w*:\\w+@");
  private static LiveSystem system;
  private static final List<String> ERRORS = new ArrayList<>();

  /** Everything that may make a process say something. */
  @BeforeAll
  static void provoke() {
    system = LiveSystem.open();
    Visitor good = Visitor.user(system.node(0), "sam");
    Visitor bad = new Visitor(system.node(0), good.token() + "x");
    String room = "/api/rooms/secrets/messages";
    good.post("/api/rooms", new JsonObject().put("id", "secrets"));
    good.post(room, new JsonObject().put("text", TEXT).put("key", "k"));
    for (Visitor visitor : List.of(good, bad)) {
      ERRORS.add(visitor.post(room, new JsonObject().put("text", 5)).text());
      ERRORS.add(visitor.get("/api/me?token=" + visitor.token()).text());
      ERRORS.add(visitor.get("/api/no/such/path").text());
      ERRORS.add(visitor.get("/api/rooms/secrets/events?after=x").text());
      ERRORS.add(visitor.stream("room=a:b").text());
      ERRORS.add(visitor.http("PUT", "/api/users/x/revocation", null).text());
      ERRORS.add(
          Answer.of(Visitor.send(visitor.request("POST", room, "{\"text\":" + TEXT).build()))
              .text());
      for (Talk talk : List.of(visitor.plain(), visitor.socketIo())) {
        try (talk) {
          ERRORS.add(talk.ask("auth", new JsonObject().put("token", visitor.token() + "y")).text());
          ERRORS.add(talk.ask(TEXT, new JsonObject()).text());
          ERRORS.add(talk.askRaw("send", "\"" + TEXT + "\"").text());
        }
      }
    }
    system.kill(1);
    system.start(1);
  }

  @Test
  void logs_hold_no_secret() {
    try (Stream<Path> logs = Files.list(LiveSystem.LOGS)) {
      logs.forEach(log -> holdsNoSecret(log.getFileName().toString(), read(log)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void metrics_hold_no_secret_and_no_name() {
    for (URI process : system.operations()) {
      String metrics =
          Visitor.send(HttpRequest.newBuilder(process.resolve("/metrics")).build()).body();
      assertThat(metrics).contains("jvm_");
      holdsNoSecret("metrics of " + process, metrics);
      assertThat(metrics).doesNotContain("\"sam\"", "secrets\"");
    }
  }

  @Test
  void errors_hold_no_secret_and_nothing_of_the_inside() {
    assertThat(ERRORS).allMatch(error -> !error.isEmpty());
    for (String error : ERRORS) {
      holdsNoSecret("an error", error.replace("\"" + TEXT + "\"", ""));
      assertThat(error)
          .doesNotContain("Exception", "at parley.", "at io.vertx", "history.messages", "{s");
    }
  }

  private static void holdsNoSecret(String where, String text) {
    assertThat(text)
        .as(where)
        .doesNotContain(Cluster.TOKEN_SECRET, Cluster.CLUSTER_SECRET, TEXT)
        .doesNotContainPattern(TOKEN)
        .doesNotContainPattern(PASSWORD);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

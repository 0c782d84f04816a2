package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.backing.Backing;
import parley.backing.FreePort;

/** {@code ./parley} as a person uses it, in a fresh clone. */
class UpTest {
  private static final Pattern METRICS = Pattern.compile("(http://127.0.0.1:\\d+/metrics) \\(");

  @TempDir static Path folder;
  private static FreshClone clone;

  @BeforeAll
  static void copy() throws Exception {
    clone = FreshClone.into(folder);
  }

  @Test
  @Tag("full")
  void a_second_start_finds_yesterdays_messages_and_both_signals_stop_it_cleanly()
      throws Exception {
    int port = FreePort.find(2);
    String up = "./parley up --port " + port + " --data yesterday";
    try (var system = LocalSystem.up(clone, up)) {
      assertThat(system.said())
          .contains("http://127.0.0.1:" + port + "\n", "http://127.0.0.1:" + (port + 1) + "\n")
          .contains("Messages are kept in ", "Ctrl-C stops.");
      assertThat(system.isReady(port)).isTrue();
      assertThat(system.isReady(port + 1)).isTrue();
      assertThat(refusal("./parley up --port " + FreePort.find(2) + " --data yesterday"))
          .contains("Another Parley already uses");
      assertThat(refusal("./parley reset --data yesterday"))
          .contains("Another Parley already uses");
      assertThat(say(port, "yesterday", "said yesterday")).contains("\"ok\":true");
      metricsAreWhereItSays(system.said());
      system.end("INT");
    }
    try (var system = LocalSystem.up(clone, up)) {
      assertThat(read(port + 1, "yesterday")).contains("said yesterday");
      system.end("TERM");
    }
    assertThat(clone.run("./parley reset --data yesterday").status()).isZero();
    assertThat(clone.folder().resolve("yesterday")).doesNotExist();
  }

  @Test
  @Tag("full")
  void it_runs_on_a_redis_and_a_postgres_of_ones_own_with_as_many_gateways_as_wanted()
      throws Exception {
    int port = FreePort.find(1);
    try (var redis = Backing.freshRedis();
        var system =
            LocalSystem.up(
                clone,
                "./parley up --gateways 1 --limits off --data own --port %d --redis %s --postgres '%s'"
                    .formatted(port, redis.url(), Backing.freshDatabase()))) {
      assertThat(system.said().lines().filter(line -> line.matches(" +http://127.0.0.1:\\d+")))
          .hasSize(1);
      String token = token("own");
      // Past every limit of a user: 20 a second, 60 at once.
      var burst =
          clone.run(
              "for i in $(seq 300); do echo 'url=http://127.0.0.1:%d/api/rooms/lobby/messages'; done"
                      .formatted(port)
                  + " | curl -s -K - -H 'Authorization: Bearer "
                  + token
                  + "'"
                  + " -H 'Content-Type: application/json' -d '{\"text\": \"many\"}'");
      assertThat(burst.output()).doesNotContain("rate_limited");
      assertThat(burst.output().split("\"ok\":true", -1)).hasSize(301);
      assertThat(clone.folder().resolve("own/redis")).doesNotExist();
      system.end("TERM");
    }
  }

  @Test
  void a_busy_port_is_one_sentence() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(refusal("./parley up --gateways 1 --port " + port))
          .isEqualTo("parley: Port " + port + " is busy; choose another one with --port.");
    }
  }

  @Test
  void a_folder_that_cannot_be_written_is_one_sentence() throws Exception {
    int port = FreePort.find(1);
    assertThat(refusal("./parley up --gateways 1 --port " + port + " --data README.md/data"))
        .endsWith("README.md/data cannot be written; choose another one with --data.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --gateways 99        | --gateways wants a number from 1 to 16, not 99.
          up --port many          | --port wants a number from 1 to
          up --port               | The option --port wants a value.
          up --limits maybe       | --limits is on or off, not maybe.
          up --colour red         | Unknown option --colour; ./parley help lists them.
          token                   | Whose token?
          dance                   | There is no command dance; ./parley help lists them.
          """)
  void what_is_not_understood_is_one_sentence(String words, String sentence) throws Exception {
    assertThat(refusal("./parley " + words)).startsWith("parley: " + sentence);
  }

  @Test
  void a_missing_jdk_maven_or_node_is_one_sentence() throws Exception {
    assertThat(refusal("./parley help", without("mvn", "npm", "java")))
        .startsWith("parley: a JDK 25 is missing: install one");
    Files.delete(clone.folder().resolve("local/target/built"));
    try {
      String jdk = System.getProperty("java.home");
      assertThat(refusal("JAVA_HOME=" + jdk + " ./parley help", without("mvn", "npm")))
          .startsWith("parley: Maven is missing: install it (Debian: apt-get install maven");
      assertThat(refusal("JAVA_HOME=" + jdk + " ./parley help", without("npm")))
          .startsWith("parley: Node is missing: install it with npm (Debian: apt-get install");
    } finally {
      Files.createFile(clone.folder().resolve("local/target/built"));
    }
  }

  @Test
  void a_token_says_who_one_is() throws Exception {
    var made = clone.run("./parley token --user ann --name 'Ann B' --role admin --data tokens");
    assertThat(made.status()).isZero();
    String claims = made.output().split("\\.")[1];
    JsonObject token =
        new JsonObject(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8));
    assertThat(token.getString("sub")).isEqualTo("ann");
    assertThat(token.getString("name")).isEqualTo("Ann B");
    assertThat(token.encode()).contains("admin");
  }

  @Test
  void help_tells_every_option() throws Exception {
    for (String words : List.of("help", "--help", "")) {
      assertThat(clone.run("./parley " + words).output())
          .contains(
              "up",
              "--port",
              "--gateways",
              "--ops-port",
              "--data",
              "--redis",
              "--postgres",
              "--limits")
          .contains("token", "bench", "verify", "reset", "help");
    }
  }

  /** The one line of a command that must not work. */
  private static String refusal(String line) throws Exception {
    return refusal(line, Map.of());
  }

  private static String refusal(String line, Map<String, String> environment) throws Exception {
    FreshClone.Ended ended = clone.run(line, environment);
    assertThat(ended.status()).as(ended.output()).isEqualTo(1);
    assertThat(ended.lines()).hasSize(1);
    return ended.lines().getFirst();
  }

  /** A machine with the usual tools, but neither a JDK nor what is named. */
  private static Map<String, String> without(String... missing) throws IOException {
    Path tools = Files.createTempDirectory(folder, "tools");
    for (String tool :
        List.of("bash", "dirname", "readlink", "sed", "find", "head", "mvn", "npm")) {
      if (!Arrays.asList(missing).contains(tool)) {
        Files.createSymbolicLink(tools.resolve(tool), new Tool(tool, tool).path());
      }
    }
    return Map.of(
        "PATH", tools.toString(), "JAVA_HOME", "", "JDK_HOME", "", "PARLEY_JDKS", "/none");
  }

  /** A page for each of two gateways, and one for the services. */
  private static void metricsAreWhereItSays(String said) throws Exception {
    List<String> pages = METRICS.matcher(said).results().map(found -> found.group(1)).toList();
    assertThat(pages).as(said).hasSize(3);
    assertThat(clone.run("curl -s " + pages.getFirst()).output())
        .contains("parley_sends_total 1.0", "parley_connections{");
    assertThat(clone.run("curl -s " + pages.getLast()).output())
        .contains("parley_shards_drained", "parley_rooms_loaded_total");
  }

  private static String token(String data) throws Exception {
    return clone.run("./parley token --user ann --data " + data).output().strip();
  }

  private static String say(int port, String data, String text) throws Exception {
    return curl(
        port, data, " -H 'Content-Type: application/json' -d '{\"text\": \"" + text + "\"}'");
  }

  private static String read(int port, String data) throws Exception {
    return curl(port, data, "");
  }

  private static String curl(int port, String data, String more) throws Exception {
    return clone
        .run(
            "curl -s http://127.0.0.1:%d/api/rooms/lobby/messages -H 'Authorization: Bearer %s'%s"
                .formatted(port, token(data), more))
        .output();
  }
}

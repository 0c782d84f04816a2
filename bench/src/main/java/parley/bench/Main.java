package parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import parley.bench.load.Load;
import parley.bench.measure.Measured;
import parley.bench.measure.ServerProcesses;
import parley.bench.peers.Comparison;

/** {@code ./parley bench}: loads a server and says what it took. */
public final class Main {
  private static final String HELP =
      """
      ./parley bench SCENARIO [--option value …]

      scenarios
        fanout      one room (--rooms more), messages to all in it
        rooms       many small rooms: like fanout with --rooms 1000 --clients 10
        hold        idle connections: memory for each, whether they stay, and how far pings are from their time
        storm       every connection but one in each room is cut; all come back for what was said meanwhile
        slow        like fanout at --rate (200), and one client in --one-in (10) reads nothing for --seconds
        peers       Parley beside other servers, each pinned to one core, in one run

      options
        --url       http://127.0.0.1:8080     several, with commas: clients are spread over them
        --kind      ws | socketio | plain     Parley's /ws; any Socket.IO server; a bare WebSocket (--path)
        --rooms     1                         rooms
        --clients   1000                      clients in each room
        --rate      0                         messages per second in all (open loop); 0: closed loop
        --window    64                        messages under way in the closed loop
        --text      128                       characters of a text
        --warmup    5      --seconds 10       time before (of peers 60, once for each server), and of the measurement
        --ping-interval 25000                 milliseconds, of the server (PARLEY_PING_INTERVAL), for hold
        --secret    the tokens' secret; by default what ./parley up made (.parley/secret) or PARLEY_TOKEN_SECRET
        --pids      processes of the server, for their processor time and memory
        --json      a file for the figures
        --only      of the peers, those whose names contain one of these words (with commas)

      A server under load tests should run with its limits off: ./parley up --limits off
      """;

  /** Slow readers keep a closed loop waiting: there is none of it here. */
  private static final double SLOW_RATE = 200;

  private Main() {}

  public static void main(String[] arguments) {
    System.setProperty("io.netty.buffer.checkBounds", "false");
    System.setProperty("io.netty.buffer.checkAccessible", "false");
    List<String> words = Arrays.asList(arguments);
    try {
      run(words.isEmpty() ? "help" : words.getFirst(), words);
    } catch (Options.Refused | IllegalStateException | IOException e) {
      System.err.println("parley bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(String scenario, List<String> words) throws IOException {
    if (scenario.equals("help")) {
      System.out.print(HELP);
      return;
    }
    var options = new Options(words.subList(1, words.size()));
    if (scenario.equals("peers")) {
      System.out.print(
          new Comparison(
                  new Comparison.Settings(
                      Duration.ofSeconds(options.number("warmup", 60)),
                      Duration.ofSeconds(options.number("seconds", 10)),
                      options.number("text", 128),
                      options.words("only")),
                  line -> System.err.println("  " + line))
              .run());
      return;
    }
    var load = new Load(plan(scenario, options), line -> System.err.println("  " + line));
    Measured measured =
        switch (scenario) {
          case "fanout", "rooms" -> load.fanOut();
          case "hold" -> load.hold(Duration.ofMillis(options.number("ping-interval", 25_000)));
          case "storm" -> load.storm();
          case "slow" -> load.slowReaders(options.number("one-in", 10));
          default -> throw new Options.Refused("unknown scenario " + scenario + "; see help");
        };
    System.out.print(measured.table());
    String file = options.find("json");
    if (file != null) {
      Files.writeString(Path.of(file), measured.json(scenario) + "\n");
    }
    if (!measured.isClean()) {
      throw new IllegalStateException("not everyone got everything once: see the table");
    }
  }

  private static Load.Plan plan(String scenario, Options options) throws IOException {
    boolean many = scenario.equals("rooms");
    return new Load.Plan(
        kind(options.text("kind", "ws")),
        options.text("path", "/{room}"),
        options.urls(),
        secret(options),
        options.number("rooms", many ? 1000 : 1),
        options.number("clients", many ? 10 : 1000),
        options.rate(scenario.equals("slow") ? SLOW_RATE : 0),
        options.number("window", 64),
        options.number("text", 128),
        Duration.ofSeconds(options.number("warmup", 5)),
        Duration.ofSeconds(options.number("seconds", 10)),
        new ServerProcesses(options.pids()));
  }

  private static Load.Kind kind(String name) {
    try {
      return Load.Kind.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new Options.Refused("--kind is ws, socketio or plain, not " + name);
    }
  }

  private static String secret(Options options) throws IOException {
    String given = options.find("secret");
    if (given == null) {
      given = System.getenv("PARLEY_TOKEN_SECRET");
    }
    Path made = Path.of(".parley", "secret");
    if (given == null && Files.isReadable(made)) {
      given = Files.readString(made).strip();
    }
    return given == null ? "none" : given;
  }
}

package parley.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import parley.verify.check.Verdict;

/**
 * {@code ./parley verify}: a cluster of real processes, broken in every way, and the promises
 * checked.
 */
public final class Main {
  private static final String HELP =
      """
      ./parley verify    starts a cluster of real processes, lets clients talk, breaks things, and checks
          --minutes 3        how long things are broken
          --seed N           the same seed breaks the same things in the same order
          --clients 120      half of them real socket.io-client sessions (every third polls only), the
                             others plain WebSockets, server-sent events, long and short polling
          --faults all       or some, with commas; or none
          --kill             only kills: the same as --faults kill_gateway,kill_chat,kill_history
          --report target/verify     a folder for logs and the timeline
      faults:
      """;

  /** Exit codes: the promises held, one was broken, nothing was tried. */
  private static final int HELD = 0;

  private static final int BROKEN = 1;
  private static final int REFUSED = 2;

  private static final Set<String> WITH_VALUE =
      Set.of("minutes", "seed", "clients", "faults", "report");
  private static final Set<String> ALONE = Set.of("kill", "help");
  private static final double MINUTES_MAX = 24 * 60;
  private static final double CLIENTS_MAX = 2_000;

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    Run.Plan plan;
    try {
      Map<String, String> options = options(arguments);
      if (options.containsKey("help")) {
        System.out.println(HELP + Arrays.toString(Fault.values()).toLowerCase(Locale.ROOT));
        return;
      }
      plan = plan(options);
    } catch (IllegalArgumentException refused) {
      System.err.println(refused.getMessage());
      System.exit(REFUSED);
      return;
    }
    Files.createDirectories(plan.folder());
    System.out.println("seed " + plan.seed());
    var run = new Run(plan, System.out::println);
    Verdict verdict = run.go();
    System.out.println();
    System.out.print(verdict.table());
    System.out.print(run.faults());
    System.out.println(
        "seed " + plan.seed() + ", timeline " + plan.folder().resolve("timeline.html"));
    System.exit(verdict.holds() ? HELD : BROKEN);
  }

  private static Run.Plan plan(Map<String, String> options) {
    String seed = options.getOrDefault("seed", Long.toString(System.nanoTime() % 100_000));
    if (!seed.matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException(
          "--seed wants a whole number, not \"%s\".".formatted(seed));
    }
    return new Run.Plan(
        Long.parseLong(seed),
        Duration.ofMillis((long) (number(options, "minutes", "3", MINUTES_MAX) * 60_000)),
        faults(options),
        (int) number(options, "clients", "120", CLIENTS_MAX),
        !options.containsKey("kill"),
        List.of(),
        Path.of(options.getOrDefault("report", "target/verify")).toAbsolutePath());
  }

  private static double number(
      Map<String, String> options, String name, String otherwise, double most) {
    String given = options.getOrDefault(name, otherwise);
    double number = given.matches("\\d{1,6}(\\.\\d{1,6})?") ? Double.parseDouble(given) : 0;
    if (number <= 0 || number > most) {
      throw new IllegalArgumentException(
          "--%s wants a number up to %.0f, not \"%s\".".formatted(name, most, given));
    }
    return number;
  }

  private static Set<Fault> faults(Map<String, String> options) {
    if (options.containsKey("kill")) {
      return EnumSet.of(Fault.KILL_GATEWAY, Fault.KILL_CHAT, Fault.KILL_HISTORY);
    }
    String names = options.getOrDefault("faults", "all");
    var chosen = EnumSet.noneOf(Fault.class);
    if (names.equals("all")) {
      chosen.addAll(EnumSet.allOf(Fault.class));
    } else if (!names.equals("none")) {
      for (String name : names.split(",", -1)) {
        chosen.add(Fault.of(name));
      }
    }
    return chosen;
  }

  private static Map<String, String> options(String[] arguments) {
    var options = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (ALONE.contains(name)) {
        options.put(name, "");
      } else if (!WITH_VALUE.contains(name)) {
        throw new IllegalArgumentException(
            "There is no option \"%s\"; see ./parley verify --help.".formatted(arguments[i]));
      } else if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("The option --%s wants a value.".formatted(name));
      } else {
        options.put(name, arguments[++i]);
      }
    }
    return options;
  }
}

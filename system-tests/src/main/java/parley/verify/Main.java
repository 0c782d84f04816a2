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
      ./parley verify    starts a cluster of real processes, lets hundreds of clients talk, breaks things, and checks
          --minutes 3        how long things are broken
          --seed N           the same seed breaks the same things in the same order
          --clients 120      half of them real socket.io-client sessions (every third polls only), the
                             others plain WebSockets, server-sent events, long and short polling
          --faults all       or some, with commas; or none
          --kill             only kills: the same as --faults kill_gateway,kill_chat,kill_history
          --report target/verify     a folder for logs and the timeline
      faults:
      """;

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = options(arguments);
    if (options.containsKey("help")) {
      System.out.println(HELP + Arrays.toString(Fault.values()).toLowerCase(Locale.ROOT));
      return;
    }
    Path folder = Path.of(options.getOrDefault("report", "target/verify")).toAbsolutePath();
    Files.createDirectories(folder);
    var plan =
        new Run.Plan(
            Long.parseLong(
                options.getOrDefault("seed", Long.toString(System.nanoTime() % 100_000))),
            Duration.ofMillis(
                (long) (Double.parseDouble(options.getOrDefault("minutes", "3")) * 60_000)),
            faults(options),
            Integer.parseInt(options.getOrDefault("clients", "120")),
            !options.containsKey("kill"),
            List.of(),
            folder);
    System.out.println("seed " + plan.seed());
    var run = new Run(plan, System.out::println);
    Verdict verdict = run.go();
    System.out.println();
    System.out.print(verdict.table());
    System.out.print(run.faults());
    System.out.println("seed " + plan.seed() + ", timeline " + folder.resolve("timeline.html"));
    System.exit(verdict.holds() ? 0 : 1);
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
      for (String name : names.split(",")) {
        chosen.add(Fault.of(name));
      }
    }
    return chosen;
  }

  private static Map<String, String> options(String[] arguments) {
    var options = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].replaceFirst("^--", "");
      boolean alone = name.equals("kill") || name.equals("help");
      options.put(name, alone || i + 1 == arguments.length ? "" : arguments[++i]);
    }
    return options;
  }
}

package parley.local;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What {@code ./parley} does: up, token, reset, help. */
public final class Main {
  static final String DATA = ".parley";

  private static final String HELP =
      """
      ./parley up        the whole system on this machine, with Redis and Postgres inside; Ctrl-C stops it
          --port 8080        of the first gateway; the next ones follow
          --gateways 2       how many
          --ops-port 9091    of the first gateway's metrics and health; the others follow, the services' last (default: free ones)
          --data .parley     where messages are kept
          --redis URL        a Redis of your own; --postgres URL: a Postgres of your own
          --limits on        off for load tests
      ./parley token     a token for trying things, signed with the secret of the data folder
          --user ann         whose
          --name Ann         shown to others; by default the user's id
          --role admin       may be left out
          --hours 24         how long it is good
          --data .parley
      ./parley bench     loads a server and says what it took; ./parley bench help says more
      ./parley verify    breaks a cluster in every way and checks that the promises hold
      ./parley reset     forgets all messages (--data .parley)
      ./parley help      this
      """;

  private Main() {}

  public static void main(String[] arguments) {
    List<String> words = Arrays.asList(arguments);
    try {
      run(words.isEmpty() ? "help" : words.getFirst(), words.stream().skip(1).toList());
    } catch (Refusal refusal) {
      System.err.println("parley: " + refusal.getMessage());
      System.exit(1);
    }
  }

  private static void run(String command, List<String> rest) {
    switch (command) {
      case "up" -> Up.run(UpOptions.of(rest));
      case "token" -> Token.run(rest);
      case "reset" -> reset(rest);
      case "help" -> System.out.print(HELP);
      default ->
          throw new Refusal("There is no command " + command + "; ./parley help lists them.");
    }
  }

  private static void reset(List<String> rest) {
    var folder = new DataFolder(Path.of(new Options(rest, Set.of("data")).text("data", DATA)));
    folder.remove();
    System.out.println("Removed " + folder + ".");
  }
}

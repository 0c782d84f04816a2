package parley.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import parley.chassis.token.TokenSigner;

/** {@code ./parley token}: what an application's own backend would sign. */
final class Token {
  private static final int HOURS_MAX = 24 * 365;

  private Token() {}

  static void run(List<String> words) {
    var options = new Options(words, Set.of("user", "name", "role", "hours", "data"));
    String user = options.find("user");
    if (user == null) {
      throw new Refusal("Whose token? ./parley token --user ann");
    }
    String role = options.find("role");
    var folder = new DataFolder(Path.of(options.text("data", Main.DATA)));
    System.out.println(
        new TokenSigner(folder.secret(DataFolder.TOKEN_SECRET))
            .sign(
                user,
                options.text("name", user),
                role == null ? List.of() : List.of(role),
                Duration.ofHours(options.number("hours", 24, 1, HOURS_MAX))));
  }
}

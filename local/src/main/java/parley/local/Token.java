package parley.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import parley.chassis.config.Settings;
import parley.chassis.token.TokenSettings;
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
    TokenSettings settings =
        Settings.read(
            TokenSettings.class,
            Map.of("PARLEY_TOKEN_SECRET", folder.secret(DataFolder.TOKEN_SECRET)));
    System.out.println(
        TokenSigner.of(settings)
            .orElseThrow()
            .sign(
                user,
                options.text("name", user),
                role == null ? List.of() : List.of(role),
                Optional.empty(),
                Duration.ofHours(options.number("hours", 24, 1, HOURS_MAX))));
  }
}

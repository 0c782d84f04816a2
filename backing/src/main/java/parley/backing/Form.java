package parley.backing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How servers are run here; chosen once per JVM. */
enum Form {
  EMBEDDED,
  DOCKER;

  private static @Nullable Form chosen;

  static synchronized Form chosen() {
    Form form = chosen;
    if (form == null) {
      form = choose(System.getenv("PARLEY_BACKING"));
      chosen = form;
    }
    return form;
  }

  static Form choose(@Nullable String wish) {
    if (wish == null || wish.isBlank()) {
      return Docker.usable() ? DOCKER : EMBEDDED;
    }
    return switch (wish.strip().toLowerCase(Locale.ROOT)) {
      case "docker" -> DOCKER;
      case "embedded" -> EMBEDDED;
      default ->
          throw new BackingException(
              "PARLEY_BACKING is '" + wish + "'; write 'docker' or 'embedded', or leave it out.");
    };
  }
}

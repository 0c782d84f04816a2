package parley.chassis.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names that any process of Parley knows. All of them share one environment in a compose file,
 * so a name is unknown only if it is unknown to all. The list is {@code names.txt} beside this
 * class; {@link SettingsPage#names} writes it.
 */
final class KnownNames {

  private KnownNames() {}

  static Set<String> ofParley() {
    try (InputStream in =
        Objects.requireNonNull(
            KnownNames.class.getResourceAsStream("names.txt"), "names.txt is missing")) {
      Set<String> names = new TreeSet<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String suggestion(String name, Set<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(nearest -> distance(name, nearest) <= Math.max(3, name.length() / 3))
        .map(nearest -> "did you mean " + nearest + "? Otherwise remove it")
        .orElse("remove it");
  }

  /** How many letters must be put in, taken out or changed to get from one name to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}

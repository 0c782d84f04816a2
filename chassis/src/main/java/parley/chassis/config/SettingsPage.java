package parley.chassis.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes what people read about settings, from the records that the services read. */
public final class SettingsPage {

  private static final String INTRODUCTION =
      """
      # Settings

      <!-- Generated from the settings records; a test compares it with them. -->

      Every process reads its settings from environment variables. An unknown `PARLEY_` name or an impossible value
      stops the start with a sentence that says what to write instead.

      A secret, or an address that may hold one, can be handed over as a file instead, whose name is then the setting's
      with `_FILE` behind it: `PARLEY_TOKEN_SECRET_FILE=/run/secrets/token`.
      """;

  private SettingsPage() {}

  /** The settings page: one table per record, under the record's name as a heading. */
  public static String render(List<Class<? extends Record>> records) {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    sections(records)
        .forEach(
            (title, settings) -> {
              page.append("\n## ").append(title).append("\n\n");
              page.append("| setting | default | what it means |\n|---|---|---|\n");
              settings.forEach(described -> page.append(row(described)));
            });
    return page.toString();
  }

  /** {@code .env.example}: every setting, commented out with its default or an example. */
  public static String environmentExample(List<Class<? extends Record>> records) {
    StringBuilder file =
        new StringBuilder("# Copy to .env and take the # from what you want to set otherwise.\n");
    sections(records)
        .forEach(
            (title, settings) -> {
              file.append("\n# --- ").append(title).append('\n');
              for (Described described : settings) {
                file.append("# ").append(described.setting().means()).append('\n');
                file.append("#").append(described.setting().name()).append('=');
                file.append(shown(described)).append('\n');
              }
            });
    return file.toString();
  }

  /** The list of all names for {@code names.txt}, against which unknown names are found. */
  public static String names(List<Class<? extends Record>> records, Set<String> others) {
    Set<String> names = new TreeSet<>(others);
    records.forEach(record -> names.addAll(Settings.names(record)));
    return "# Every name that some process of Parley knows; generated from the settings records.\n"
        + String.join("\n", names)
        + "\n";
  }

  /** A record that several others hold is told once, under the name of the first that has it. */
  private static Map<String, List<Described>> sections(List<Class<? extends Record>> records) {
    Map<String, List<Described>> sections = new LinkedHashMap<>();
    Set<String> told = new TreeSet<>();
    for (Class<? extends Record> record : records) {
      List<Described> own =
          Described.all(record).stream()
              .filter(described -> told.add(described.setting().name()))
              .toList();
      if (!own.isEmpty()) {
        sections.put(title(record), own);
      }
    }
    return sections;
  }

  /** {@code ChatServiceSettings} is told as {@code Chat service}. */
  private static String title(Class<?> record) {
    String words =
        record.getSimpleName().replaceAll("Settings$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return words.charAt(0) + words.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  private static String row(Described described) {
    String fallback = described.setting().otherwise();
    String none =
        described.isOptional() || Collection.class.isAssignableFrom(described.rawClass())
            ? ""
            : "needed";
    String example = described.setting().example();
    return "| `%s` | %s | %s%s%s |\n"
        .formatted(
            described.setting().name(),
            fallback.isEmpty() ? none : "`" + fallback + "`",
            described.setting().means().replace("|", "\\|"),
            example.isEmpty() || example.equals(fallback) ? "" : " Example: `" + example + "`.",
            described.isConfidential()
                ? " As a file: `" + SecretFile.nameFor(described) + "`."
                : "");
  }

  private static String shown(Described described) {
    String fallback = described.setting().otherwise();
    return fallback.isEmpty() ? described.setting().example() : fallback;
  }
}

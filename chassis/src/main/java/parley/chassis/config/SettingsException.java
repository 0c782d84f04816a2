package parley.chassis.config;

import java.util.List;

/** Everything that is wrong with the settings, each problem with what to write instead. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  SettingsException(List<String> problems) {
    super(
        problems.size() == 1
            ? problems.getFirst()
            : "The settings cannot be used:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}

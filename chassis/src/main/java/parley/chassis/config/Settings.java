package parley.chassis.config;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings records from an environment. Every problem is found before the first is told: an
 * unknown {@code PARLEY_} name with the nearest known one, a missing value, an impossible one.
 */
public final class Settings {

  private static final String PREFIX = "PARLEY_";

  private Settings() {}

  /**
   * The record {@code type} from {@code environment}. Components without {@link Setting} are
   * settings records themselves. Names that other processes of Parley know are not unknown.
   */
  public static <R extends Record> R read(Class<R> type, Map<String, String> environment) {
    return read(type, environment, KnownNames.ofParley());
  }

  /** As {@link #read(Class, Map)}, where the caller says which other names are known. */
  public static <R extends Record> R read(
      Class<R> type, Map<String, String> environment, Set<String> alsoKnown) {
    List<String> problems = new ArrayList<>();
    Set<String> known = new TreeSet<>(alsoKnown);
    known.addAll(names(type));
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !known.contains(name)) {
        problems.add(
            name + " is no setting of Parley; " + KnownNames.suggestion(name, known) + ".");
      }
    }
    R settings = type.cast(record(type, environment, problems));
    if (!problems.isEmpty() || settings == null) {
      throw new SettingsException(problems);
    }
    return settings;
  }

  /** The names of all settings of a record, nested ones and those for files included. */
  public static Set<String> names(Class<? extends Record> type) {
    Set<String> names = new TreeSet<>();
    for (Described described : Described.all(type)) {
      names.add(described.setting().name());
      if (described.isConfidential()) {
        names.add(SecretFile.nameFor(described));
      }
    }
    return names;
  }

  private static @Nullable Record record(
      Class<? extends Record> type, Map<String, String> environment, List<String> problems) {
    List<Component> components = Component.of(type);
    Object[] values = new Object[components.size()];
    boolean whole = true;
    for (int i = 0; i < values.length; i++) {
      Object value =
          switch (components.get(i)) {
            case Component.Nested nested -> record(nested.type(), environment, problems);
            case Component.Value described -> value(described.described(), environment, problems);
          };
      whole &= value != null;
      values[i] = value;
    }
    return whole ? construct(type, values, problems) : null;
  }

  private static @Nullable Object value(
      Described described, Map<String, String> environment, List<String> problems) {
    try {
      String given = given(described, environment);
      return ValueReader.read(described, given.isEmpty() ? described.setting().otherwise() : given);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  /** What the environment says, or the file that it names; empty when it says nothing. */
  private static String given(Described described, Map<String, String> environment) {
    String given = environment.getOrDefault(described.setting().name(), "").strip();
    return described.isConfidential() ? SecretFile.or(given, described, environment) : given;
  }

  /** A record may refuse combinations in its constructor; its message is the problem. */
  private static @Nullable Record construct(
      Class<? extends Record> type, Object[] values, List<String> problems) {
    try {
      return Component.constructor(type).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        problems.add(String.valueOf(refused.getMessage()));
        return null;
      }
      throw new IllegalStateException("the constructor of " + type + " fails", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be constructed", e);
    }
  }
}

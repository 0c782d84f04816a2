package parley.chassis.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What may be written for a setting, as the end of a sentence. */
final class Wanted {

  private Wanted() {}

  static String of(Described described) {
    Class<?> type = described.valueClass();
    String kind = kind(type) + bounds(described.setting(), type);
    if (described.rawClass() == List.class || described.rawClass() == Set.class) {
      kind = "a list with commas, each " + kind;
    }
    String example = described.setting().example();
    return example.isEmpty() ? kind : kind + ", for example " + example;
  }

  private static String kind(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "on or off";
    } else if (type == Duration.class) {
      return "a duration such as 250ms, 10s, 5m, 1h or 7d";
    } else if (type == ByteSize.class) {
      return "a size such as 64kb or 16mb";
    } else if (type == URI.class || type == ServerUrl.class) {
      return "an address with scheme and host";
    } else if (type == Path.class) {
      return "a path";
    } else if (type == Secret.class) {
      return "a secret";
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ValueReader.written((Enum<?>) constant))
          .collect(Collectors.joining(" or "));
    }
    return type == String.class ? "a text" : "a number";
  }

  private static String bounds(Setting setting, Class<?> type) {
    boolean least = setting.min() != Long.MIN_VALUE;
    boolean most = setting.max() != Long.MAX_VALUE;
    if (type == Secret.class) {
      return least ? " of at least " + setting.min() + " characters" : "";
    }
    if (least && most) {
      return " from " + write(setting.min(), type) + " to " + write(setting.max(), type);
    }
    if (least) {
      return " of at least " + write(setting.min(), type);
    }
    return most ? " of at most " + write(setting.max(), type) : "";
  }

  private static String write(long bound, Class<?> type) {
    if (type == Duration.class) {
      return Durations.write(bound);
    }
    return type == ByteSize.class ? bound + " bytes" : Long.toString(bound);
  }
}

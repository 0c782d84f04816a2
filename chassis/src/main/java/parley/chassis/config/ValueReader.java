package parley.chassis.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** From the text of one environment variable to the value of its component. */
final class ValueReader {

  private ValueReader() {}

  /**
   * The value.
   *
   * @throws IllegalArgumentException with the sentence to tell: what is wrong and what to write
   */
  static Object read(Described described, String text) {
    if (described.isOptional()) {
      return text.isEmpty() ? Optional.empty() : Optional.of(one(described, text));
    }
    if (described.rawClass() == List.class) {
      return List.copyOf(several(described, text));
    }
    if (described.rawClass() == Set.class) {
      return Set.copyOf(new LinkedHashSet<>(several(described, text)));
    }
    if (text.isEmpty() && described.rawClass() != String.class) {
      throw new IllegalArgumentException(
          described.setting().name() + " is needed; write " + Wanted.of(described) + ".");
    }
    return one(described, text);
  }

  private static List<Object> several(Described described, String text) {
    List<Object> values = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        values.add(one(described, part.strip()));
      }
    }
    return values;
  }

  private static Object one(Described described, String text) {
    try {
      Object value = parse(described.valueClass(), text);
      long measure = measure(value);
      if (measure < described.setting().min() || measure > described.setting().max()) {
        throw new IllegalArgumentException("out of bounds");
      }
      return value;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(sentence(described, text));
    }
  }

  private static String sentence(Described described, String text) {
    String is = described.isConfidential() ? " cannot be used" : " is '" + text + "'";
    return described.setting().name() + is + "; write " + Wanted.of(described) + ".";
  }

  private static Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == int.class || type == Integer.class) {
      return Integer.parseInt(text);
    } else if (type == long.class || type == Long.class) {
      return Long.parseLong(text);
    } else if (type == boolean.class || type == Boolean.class) {
      return bool(text);
    } else if (type == Duration.class) {
      return Durations.parse(text);
    } else if (type == URI.class) {
      return absolute(text);
    } else if (type == ServerUrl.class) {
      return ServerUrl.of(text);
    } else if (type == Path.class) {
      return Path.of(text);
    } else if (type == Secret.class) {
      return new Secret(text);
    } else if (type == ByteSize.class) {
      return ByteSize.of(text);
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> written((Enum<?>) constant).equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(IllegalArgumentException::new);
    }
    throw new IllegalStateException("settings cannot be of " + type);
  }

  /** How a constant is written in the environment: {@code JSON_LINES} as {@code json-lines}. */
  static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "on", "true", "yes" -> true;
      case "off", "false", "no" -> false;
      default -> throw new IllegalArgumentException("neither on nor off");
    };
  }

  private static URI absolute(String text) {
    URI uri = URI.create(text);
    if (uri.getScheme() == null || uri.getHost() == null) {
      throw new IllegalArgumentException("not absolute");
    }
    return uri;
  }

  /** What the bounds of a setting are about. */
  private static long measure(Object value) {
    return switch (value) {
      case Number number -> number.longValue();
      case Duration duration -> duration.toMillis();
      case ByteSize size -> size.bytes();
      case Secret secret -> secret.length();
      default -> 0;
    };
  }
}

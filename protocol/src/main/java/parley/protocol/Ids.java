package parley.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The rules for ids and texts. Ids stand in Redis keys and in space- or newline-separated entries,
 * so they exclude {@code : { }} and everything that is not a character of text: control characters,
 * line separators, lone surrogates, noncharacters.
 *
 * <p>Each {@code …Problem} method answers null for a good value, else the sentence to refuse it
 * with.
 */
public final class Ids {
  private Ids() {}

  public static @Nullable String roomProblem(@Nullable String id) {
    return idProblem("room", id, Limits.ROOM_ID_BYTES_MAX);
  }

  /** A user id is an id that is not {@code *}, which stands for everyone. */
  public static @Nullable String userProblem(@Nullable String id) {
    return "*".equals(id) ? "user must not be *" : idProblem("user", id, Limits.USER_ID_BYTES_MAX);
  }

  public static @Nullable String keyProblem(@Nullable String key) {
    return idProblem("key", key, Limits.KEY_BYTES_MAX);
  }

  /** The name of an event: an id without spaces, and not starting with {@code ~}. */
  public static @Nullable String eventProblem(@Nullable String event) {
    String problem = idProblem("event", event, Limits.EVENT_NAME_BYTES_MAX);
    if (problem != null || event == null) {
      return problem;
    }
    if (event.charAt(0) == '~') {
      return "event must not start with ~";
    }
    return event.chars().anyMatch(c -> Character.isSpaceChar(c))
        ? "event must not hold spaces"
        : null;
  }

  /** The name of a person: 1 to 64 characters, no control characters, not blank. */
  public static @Nullable String nameProblem(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return "name must be given";
    }
    if (name.codePointCount(0, name.length()) > Limits.USER_NAME_CHARACTERS_MAX) {
      return "name must be at most " + Limits.USER_NAME_CHARACTERS_MAX + " characters long";
    }
    return name.codePoints().anyMatch(Ids::isNoText)
        ? "name holds a character that it must not"
        : null;
  }

  /** Text of a message: anything of at most 8,000 bytes but NUL and lone surrogates; not empty. */
  public static @Nullable String textProblem(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return "text must be given";
    }
    if (text.length() > Limits.TEXT_BYTES_MAX || utf8Length(text) > Limits.TEXT_BYTES_MAX) {
      return "text must be at most " + Limits.TEXT_BYTES_MAX + " bytes long";
    }
    return isStorable(text) ? null : "text must not hold NUL or lone surrogates";
  }

  /** Whether Postgres and UTF-8 can hold this: no NUL, no lone surrogate. */
  public static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Bytes of UTF-8 that this text takes; a lone surrogate counts as three. */
  public static int utf8Length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        length++;
      } else if (c < 0x800) {
        length += 2;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        length += 4;
        i++;
      } else {
        length += 3;
      }
    }
    return length;
  }

  private static @Nullable String idProblem(String what, @Nullable String id, int bytesMax) {
    if (id == null || id.isEmpty()) {
      return what + " must be given";
    }
    if (id.length() > bytesMax || utf8Length(id) > bytesMax) {
      return what + " must be at most " + bytesMax + " bytes long";
    }
    return id.codePoints().anyMatch(c -> c == ':' || c == '{' || c == '}' || isNoText(c))
        ? what + " must not hold : { } or control characters"
        : null;
  }

  private static boolean isNoText(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> (codePoint & 0xFFFE) == 0xFFFE;
    };
  }
}

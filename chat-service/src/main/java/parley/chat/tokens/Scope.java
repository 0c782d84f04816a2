package parley.chat.tokens;

import java.util.Locale;

/** What a server key may be used for; each operation of the API belongs to one. */
public enum Scope {
  ROOMS,
  PEOPLE,
  MODERATION,
  MESSAGES,
  ACCESS;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Scope of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}

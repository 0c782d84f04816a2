package parley.protocol;

import java.util.Locale;

/** The kinds of durable events. */
public enum EventType {
  MESSAGE,
  EDITED,
  DELETED,
  REACTION,
  MEMBER,
  ROOM,
  CUSTOM;

  private final String code = name().toLowerCase(Locale.ROOT);

  public String code() {
    return code;
  }
}

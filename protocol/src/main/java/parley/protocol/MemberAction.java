package parley.protocol;

import java.util.Locale;

/** What happened to a member of a room. */
public enum MemberAction {
  JOINED,
  LEFT,
  ADDED,
  REMOVED,
  BANNED,
  UNBANNED,
  MUTED,
  UNMUTED,
  KICKED,
  ROLE;

  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}

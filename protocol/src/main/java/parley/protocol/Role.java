package parley.protocol;

import org.jspecify.annotations.Nullable;

/** What a user is in a room. */
public enum Role {
  OWNER("owner"),
  MODERATOR("moderator"),
  MEMBER("member"),
  /** Not a member; in an open room that is everybody who is nothing else. */
  NONE("-");

  private final String code;

  Role(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  /** Owners and moderators: not held by freezing, slow mode or announcement rooms. */
  public boolean moderates() {
    return this == OWNER || this == MODERATOR;
  }

  public static @Nullable Role of(String code) {
    return switch (code) {
      case "owner" -> OWNER;
      case "moderator" -> MODERATOR;
      case "member" -> MEMBER;
      case "-" -> NONE;
      default -> null;
    };
  }
}

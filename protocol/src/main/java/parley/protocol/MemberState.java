package parley.protocol;

/**
 * A value of {@code {s}members:<room>}: {@code <role> <muteUntilMs> <banUntilMs>}, where 0 is not
 * and -1 for ever.
 */
public record MemberState(Role role, long muteUntilMs, long banUntilMs) {
  public static final MemberState NONE = new MemberState(Role.NONE, 0, 0);
  public static final long FOR_EVER = -1;

  public String encode() {
    return role.code() + " " + muteUntilMs + " " + banUntilMs;
  }

  public static MemberState parse(String value) {
    String[] parts = value.split(" ", -1);
    Role role = parts.length == 3 ? Role.of(parts[0]) : null;
    if (role == null) {
      throw new IllegalArgumentException("no member state: " + value);
    }
    return new MemberState(role, Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }

  public boolean isMuted(long nowMs) {
    return muteUntilMs == FOR_EVER || muteUntilMs > nowMs;
  }

  public boolean isBanned(long nowMs) {
    return banUntilMs == FOR_EVER || banUntilMs > nowMs;
  }
}

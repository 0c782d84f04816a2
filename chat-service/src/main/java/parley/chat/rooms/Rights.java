package parley.chat.rooms;

import org.jspecify.annotations.Nullable;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKind;

/** Who may do what in a room. Redis holds the same for plain sends; here is everything else. */
public record Rights(Caller caller, Room room, MemberState standing) {

  /** What the caller is in the room; an admin is as good as an owner. */
  public Role role() {
    return caller.admin() ? Role.OWNER : standing.role();
  }

  /** Rooms that one may not see do not exist for one, unless they are public or one is banned. */
  public void mustSee() {
    if (!caller.mayEnter(room.id())) {
      throw Refused.of(ErrorCode.FORBIDDEN, "The token does not allow this room.");
    }
    if (caller.admin()) {
      return;
    }
    long now = System.currentTimeMillis();
    if (standing.isBanned(now)) {
      throw timed(ErrorCode.BANNED, standing.banUntilMs(), now);
    }
    if (!room.isPublic() && standing.role() == Role.NONE) {
      throw Refused.of(ErrorCode.NOT_MEMBER);
    }
  }

  public void mustModerate() {
    mustSee();
    if (!role().moderates()) {
      throw Refused.of(ErrorCode.FORBIDDEN, "Only moderators and owners may do this.");
    }
  }

  public void mustOwn() {
    mustSee();
    if (role() != Role.OWNER) {
      throw Refused.of(ErrorCode.FORBIDDEN, "Only owners may do this.");
    }
  }

  /**
   * Changing what stands in the room already: neither muted, nor in a frozen or archived room but
   * as a moderator. In the order of rights.lua, so that the same code is told wherever one asks.
   */
  public void mustWrite() {
    mustSee();
    long now = System.currentTimeMillis();
    if (!caller.admin() && standing.isMuted(now)) {
      throw timed(ErrorCode.MUTED, standing.muteUntilMs(), now);
    }
    if (!role().moderates() && room.isFrozenInRedis()) {
      throw Refused.of(ErrorCode.FROZEN);
    }
  }

  /** Direct rooms have two equal people and no moderation. */
  public void mustNotBeDirect() {
    if (room.kind() == RoomKind.DIRECT) {
      throw Refused.of(ErrorCode.FORBIDDEN, "A direct room has no roles, invitations or bans.");
    }
  }

  /** One acts only on those below oneself. */
  public void mustOutrank(String user, @Nullable MemberState other) {
    if (user.equals(caller.id())) {
      throw Refused.of(ErrorCode.INVALID, "This cannot be done to oneself.");
    }
    Role theirs = other == null ? Role.NONE : other.role();
    if (!caller.admin() && rank(theirs) >= rank(standing.role())) {
      throw Refused.of(ErrorCode.FORBIDDEN, "Their role is not below yours.");
    }
  }

  static int rank(Role role) {
    return switch (role) {
      case OWNER -> 3;
      case MODERATOR -> 2;
      case MEMBER -> 1;
      case NONE -> 0;
    };
  }

  private static Refused timed(ErrorCode code, long untilMs, long nowMs) {
    return untilMs == MemberState.FOR_EVER
        ? Refused.of(code)
        : Refused.until(code, untilMs - nowMs);
  }
}

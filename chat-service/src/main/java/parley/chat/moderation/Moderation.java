package parley.chat.moderation;

import org.jspecify.annotations.Nullable;
import parley.chat.refusals.Refused;
import parley.chat.rooms.RoomChange;
import parley.chat.rooms.RoomChanges;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.MemberAction;
import parley.protocol.MemberState;
import parley.protocol.Role;

/** Bans, mutes and kicks. Gateways act on the events; Redis refuses from the same moment on. */
public final class Moderation {
  private final RoomChanges changes;

  public Moderation(RoomChanges changes) {
    this.changes = changes;
  }

  /** Bans until then, which is answered; without seconds for ever. It ends a membership. */
  public long ban(Caller caller, String room, String user, @Nullable Long seconds) {
    long until = until(seconds);
    return changes.change(
        caller,
        room,
        change -> {
          MemberState before = belowCaller(change, user);
          change.stand(user, new MemberState(Role.NONE, before.muteUntilMs(), until));
          change.memberEvent(change.person(user), MemberAction.BANNED, null, until);
          change
              .statements()
              .change("delete from chat.invitations where room = $1 and user_id = $2", room, user);
          return until;
        });
  }

  public void unban(Caller caller, String room, String user) {
    changes.change(
        caller,
        room,
        change -> {
          MemberState before = belowCaller(change, user);
          if (before.banUntilMs() == 0) {
            throw Refused.of(ErrorCode.NOT_FOUND, "They are not banned.");
          }
          change.stand(user, new MemberState(before.role(), before.muteUntilMs(), 0));
          change.memberEvent(change.person(user), MemberAction.UNBANNED, null, null);
          return null;
        });
  }

  /** Mutes until then, which is answered; without seconds for ever. */
  public long mute(Caller caller, String room, String user, @Nullable Long seconds) {
    long until = until(seconds);
    return changes.change(
        caller,
        room,
        change -> {
          MemberState before = belowCaller(change, user);
          change.stand(user, new MemberState(before.role(), until, before.banUntilMs()));
          change.memberEvent(change.person(user), MemberAction.MUTED, null, until);
          return until;
        });
  }

  public void unmute(Caller caller, String room, String user) {
    changes.change(
        caller,
        room,
        change -> {
          MemberState before = belowCaller(change, user);
          if (before.muteUntilMs() == 0) {
            throw Refused.of(ErrorCode.NOT_FOUND, "They are not muted.");
          }
          change.stand(user, new MemberState(before.role(), 0, before.banUntilMs()));
          change.memberEvent(change.person(user), MemberAction.UNMUTED, null, null);
          return null;
        });
  }

  /** Out of the room now; also someone who only listens in a public room. */
  public void kick(Caller caller, String room, String user) {
    changes.change(
        caller,
        room,
        change -> {
          MemberState before = belowCaller(change, user);
          if (before.role() == Role.NONE && !change.room().isPublic()) {
            throw Refused.of(ErrorCode.NOT_FOUND, "They are not a member.");
          }
          change.stand(user, new MemberState(Role.NONE, before.muteUntilMs(), before.banUntilMs()));
          change.memberEvent(change.person(user), MemberAction.KICKED, null, null);
          return null;
        });
  }

  private static MemberState belowCaller(RoomChange change, String user) {
    change.rights().mustModerate();
    change.rights().mustNotBeDirect();
    MemberState before = change.standing(user);
    change.rights().mustOutrank(user, before);
    return before;
  }

  private static long until(@Nullable Long seconds) {
    return seconds == null ? MemberState.FOR_EVER : System.currentTimeMillis() + seconds * 1_000;
  }
}

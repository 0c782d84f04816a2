package parley.chat.rooms;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.chat.outbox.Entry;
import parley.chat.outbox.Outbox;
import parley.chat.people.Profiles;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;
import parley.protocol.MemberAction;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.User;

/**
 * A room whose row is locked, in the middle of the transaction that changes it. What is changed
 * here is written at once; what Redis must know of it goes with the next event.
 */
public final class RoomChange {
  private final Statements statements;
  private final Outbox outbox;
  private final Caller caller;
  private Room room;
  private final MemberState standing;
  private final Map<String, @Nullable String> membersForRedis = new LinkedHashMap<>();
  private boolean rightsChanged;

  RoomChange(Statements statements, Outbox outbox, Caller caller, Room room) {
    this.statements = statements;
    this.outbox = outbox;
    this.caller = caller;
    this.room = room;
    this.standing = RoomTable.standing(statements, room.id(), caller.id());
  }

  public Room room() {
    return room;
  }

  public Statements statements() {
    return statements;
  }

  public Rights rights() {
    return new Rights(caller, room, standing);
  }

  public User by() {
    return caller.user();
  }

  /** How someone stands here; nothing recorded is a stranger. */
  public MemberState standing(String user) {
    return RoomTable.standing(statements, room.id(), user);
  }

  public User person(String user) {
    return user.equals(caller.id()) ? caller.user() : Profiles.user(statements, user);
  }

  /** Records how someone stands from now on. */
  public void stand(String user, MemberState state) {
    boolean newMember = state.role() != Role.NONE && standing(user).role() == Role.NONE;
    if (newMember && !room.isPublic()) {
      mustHaveSpace();
    }
    RoomTable.stand(statements, room.id(), user, state);
    membersForRedis.put(user, room.keepsInRedis(state) ? state.encode() : null);
    rightsChanged = true;
  }

  /** Changes columns of the room's row, and raises its version. */
  public void set(String assignments, @Nullable Object... values) {
    @Nullable Object[] all = new Object[values.length + 1];
    all[0] = room.id();
    System.arraycopy(values, 0, all, 1, values.length);
    Room before = room;
    room =
        Objects.requireNonNull(
            statements.first(
                "update chat.rooms set version = version + 1, "
                    + assignments
                    + " where id = $1 returning *",
                Room::of,
                all));
    if (!before.inRedis().equals(room.inRedis())) {
      rightsChanged = true;
    }
    if (before.isPublic() != room.isPublic()) {
      allMembersForRedis();
    }
  }

  public void memberEvent(
      User user, MemberAction action, @Nullable Role role, @Nullable Long until) {
    User by = user.id().equals(caller.id()) ? null : by();
    emit(new EventTail.Member(room.id(), user, action, by, role, until).json(), false);
  }

  /** After {@link #set}, whose version it tells. */
  public void roomEvent(JsonObject change) {
    emit(new EventTail.Room(room.id(), by(), change.encode(), room.version()).json(), true);
  }

  private void emit(String tail, boolean versionRaised) {
    if (!versionRaised) {
      set("name = name");
    }
    outbox.add(
        statements,
        new Entry(
            room.id(),
            rightsChanged ? room.version() : 0,
            tail,
            rightsChanged ? room.inRedis() : Map.of(),
            new LinkedHashMap<>(membersForRedis)));
    membersForRedis.clear();
    rightsChanged = false;
  }

  private void mustHaveSpace() {
    if (RoomTable.memberCount(statements, room.id()) >= RoomTable.PRIVATE_MEMBERS_MAX) {
      throw Refused.of(
          ErrorCode.CONFLICT,
          "A private room has at most " + RoomTable.PRIVATE_MEMBERS_MAX + " members.");
    }
  }

  /** A room that becomes private or public: Redis is told everyone's standing anew. */
  private void allMembersForRedis() {
    if (!room.isPublic()
        && RoomTable.memberCount(statements, room.id()) > RoomTable.PRIVATE_MEMBERS_MAX) {
      throw Refused.of(ErrorCode.CONFLICT, "It has too many members for a private room.");
    }
    List<RoomTable.Standing> all = RoomTable.standings(statements, room.id());
    for (RoomTable.Standing each : all) {
      membersForRedis.put(
          each.user(), room.keepsInRedis(each.state()) ? each.state().encode() : null);
    }
    rightsChanged = true;
  }
}

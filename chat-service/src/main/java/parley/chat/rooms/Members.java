package parley.chat.rooms;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.chat.people.Profiles;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.MemberAction;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKind;

/** Joining, leaving, adding, removing, and roles. */
public final class Members {
  private final Database database;
  private final RoomChanges changes;

  public Members(Database database, RoomChanges changes) {
    this.database = database;
    this.changes = changes;
  }

  /** Becomes a member: of a public room anyone, of a private one whoever is invited. */
  public JsonObject join(Caller caller, String id) {
    return changes.change(
        caller,
        id,
        change -> {
          MemberState standing = change.standing(caller.id());
          if (standing.role() != Role.NONE) {
            change.rights().mustSee();
            return Rooms.shown(change.room(), standing.role());
          }
          boolean invited = Invitations.take(change, caller.id());
          if (!invited || standing.isBanned(System.currentTimeMillis())) {
            change.rights().mustSee();
          }
          mustBeAllowed(caller, id);
          change.rights().mustNotBeDirect();
          Profiles.remember(change.statements(), caller.user());
          change.stand(caller.id(), with(standing, Role.MEMBER));
          change.memberEvent(caller.user(), MemberAction.JOINED, Role.MEMBER, null);
          return Rooms.shown(change.room(), Role.MEMBER);
        });
  }

  private static void mustBeAllowed(Caller caller, String id) {
    if (!caller.mayEnter(id)) {
      throw Refused.of(ErrorCode.FORBIDDEN, "The token does not allow this room.");
    }
  }

  public void leave(Caller caller, String id) {
    mustBeAllowed(caller, id);
    changes.change(
        caller,
        id,
        change -> {
          MemberState standing = change.standing(caller.id());
          if (standing.role() == Role.NONE) {
            if (!Invitations.take(change, caller.id())) {
              change.rights().mustSee();
            }
            return null;
          }
          change.rights().mustNotBeDirect();
          mustLeaveAnOwner(change, standing);
          change.stand(caller.id(), with(standing, Role.NONE));
          change.memberEvent(caller.user(), MemberAction.LEFT, null, null);
          return null;
        });
  }

  /** Adds someone, or changes their role. */
  public void set(Caller caller, String id, String user, Role role) {
    changes.change(
        caller,
        id,
        change -> {
          Rights rights = change.rights();
          rights.mustModerate();
          rights.mustNotBeDirect();
          MemberState before = change.standing(user);
          if (before.role() == role) {
            return null;
          }
          if (role.moderates() || before.role().moderates()) {
            rights.mustOwn();
          }
          if (before.role() == Role.OWNER) {
            mustLeaveAnOwner(change, before);
          }
          if (before.isBanned(System.currentTimeMillis())) {
            throw Refused.of(ErrorCode.CONFLICT, "They are banned here; end the ban first.");
          }
          Invitations.take(change, user);
          change.stand(user, with(before, role));
          MemberAction action = before.role() == Role.NONE ? MemberAction.ADDED : MemberAction.ROLE;
          change.memberEvent(change.person(user), action, role, null);
          return null;
        });
  }

  public void remove(Caller caller, String id, String user) {
    changes.change(
        caller,
        id,
        change -> {
          Rights rights = change.rights();
          rights.mustModerate();
          rights.mustNotBeDirect();
          MemberState before = change.standing(user);
          rights.mustOutrank(user, before);
          if (before.role() == Role.NONE) {
            throw Refused.of(ErrorCode.NOT_FOUND, "They are not a member.");
          }
          change.stand(user, with(before, Role.NONE));
          change.memberEvent(change.person(user), MemberAction.REMOVED, null, null);
          return null;
        });
  }

  public JsonObject list(Caller caller, String id, int limit, @Nullable String after) {
    Statements statements = database.statements();
    Room room = RoomTable.get(statements, id);
    Rights rights = new Rights(caller, room, RoomTable.standing(statements, id, caller.id()));
    rights.mustSee();
    boolean all = rights.role().moderates() && room.kind() != RoomKind.DIRECT;
    List<Row> rows =
        statements.list(
            """
            select m.*, u.name, u.picture, u.status, u.guest
            from chat.members m left join chat.users u on u.id = m.user_id
            where m.room = $1 and m.user_id > $2 and ($3 or m.role <> '-') order by m.user_id limit $4
            """,
            row -> row,
            id,
            after == null ? "" : after,
            all,
            limit);
    JsonArray members = new JsonArray();
    rows.forEach(row -> members.add(member(row, all)));
    JsonObject page = new JsonObject().put("members", members);
    if (rows.size() == limit) {
      page.put("next", rows.getLast().getString("user_id"));
    }
    return page;
  }

  private static JsonObject member(Row row, boolean all) {
    MemberState state = RoomTable.state(row);
    JsonObject member =
        new JsonObject()
            .put("user", Profiles.json(row.getString("user_id"), row))
            .put("role", state.role().code());
    if (all && state.muteUntilMs() != 0) {
      member.put("mutedUntil", state.muteUntilMs());
    }
    if (all && state.banUntilMs() != 0) {
      member.put("bannedUntil", state.banUntilMs());
    }
    return member;
  }

  static MemberState with(MemberState state, Role role) {
    return new MemberState(role, state.muteUntilMs(), state.banUntilMs());
  }

  /** The last owner of a room in which others stay must make another owner first. */
  private static void mustLeaveAnOwner(RoomChange change, MemberState leaving) {
    if (leaving.role() != Role.OWNER) {
      return;
    }
    long owners =
        Objects.requireNonNull(
            change
                .statements()
                .first(
                    "select count(*) from chat.members where room = $1 and role = 'owner'",
                    row -> row.getLong(0),
                    change.room().id()));
    boolean others = RoomTable.memberCount(change.statements(), change.room().id()) > 1;
    if (owners == 1 && others) {
      throw Refused.of(
          ErrorCode.CONFLICT, "The last owner stays; make someone else an owner first.");
    }
  }
}

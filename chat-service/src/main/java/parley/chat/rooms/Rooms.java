package parley.chat.rooms;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.chat.people.Profiles;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.MemberAction;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKind;

/** Making, reading, changing and finding rooms. */
public final class Rooms {
  static final int METADATA_BYTES_MAX = 8_000;

  private final Database database;
  private final RoomChanges changes;

  public Rooms(Database database, RoomChanges changes) {
    this.database = database;
    this.changes = changes;
  }

  /** Makes a room that the caller owns. */
  public JsonObject make(Caller caller, JsonObject wish) {
    String id = wish.getString("id", "r" + UUID.randomUUID().toString().replace("-", ""));
    RoomSettings.check(wish);
    mustBeGood(Ids.roomProblem(id));
    if (!caller.mayEnter(id)) {
      throw Refused.of(ErrorCode.FORBIDDEN, "The token does not allow this room.");
    }
    RoomKind kind = RoomSettings.kind(wish, RoomKind.OPEN);
    return changes.make(
        caller,
        id,
        statements -> insert(statements, caller, id, kind, wish),
        change -> {
          MemberState owner = new MemberState(Role.OWNER, 0, 0);
          change.stand(caller.id(), owner);
          change.memberEvent(caller.user(), MemberAction.JOINED, Role.OWNER, null);
          addAll(change, caller, wish.getJsonArray("members", new JsonArray()));
          retain(change, wish);
          return shown(change.room(), Role.OWNER);
        });
  }

  private static void insert(
      Statements statements, Caller caller, String id, RoomKind kind, JsonObject wish) {
    Profiles.remember(statements, caller.user());
    int made =
        statements.change(
            """
            insert into chat.rooms (id, kind, name, topic, metadata, slow_ms, created_by)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
            """,
            id,
            kind.code(),
            wish.getString("name", id),
            wish.getString("topic", ""),
            wish.getJsonObject("metadata", new JsonObject()),
            wish.getInteger("slow", 0),
            caller.id());
    if (made == 0) {
      throw Refused.of(ErrorCode.ALREADY_EXISTS, "There is a room with this id already.");
    }
  }

  /** history-service learns of it by the room's event, as of each later change. */
  private static void retain(RoomChange change, JsonObject wish) {
    JsonObject changed =
        RoomSettings.apply(
            change, new JsonObject().put("retentionDays", wish.getInteger("retentionDays")));
    if (!changed.isEmpty()) {
      change.roomEvent(changed);
    }
  }

  private static void addAll(RoomChange change, Caller caller, JsonArray members) {
    for (Object each : members) {
      String user = (String) each;
      mustBeGood(Ids.userProblem(user));
      if (!user.equals(caller.id())) {
        change.stand(user, new MemberState(Role.MEMBER, 0, 0));
        change.memberEvent(change.person(user), MemberAction.ADDED, Role.MEMBER, null);
      }
    }
  }

  public JsonObject read(Caller caller, String id) {
    Statements statements = database.statements();
    Rights rights = rights(statements, caller, id);
    rights.mustSee();
    return shown(rights.room(), rights.standing().role());
  }

  /** What history-service and gateways ask: may this user read here? */
  public JsonObject access(String id, String user) {
    Statements statements = database.statements();
    Room room = RoomTable.get(statements, id);
    MemberState standing = RoomTable.standing(statements, id, user);
    Caller asked = new Caller(new parley.protocol.User(user, user), false, null, null, null);
    new Rights(asked, room, standing).mustSee();
    JsonObject access =
        new JsonObject()
            .put("ok", true)
            .put("role", standing.role().code())
            .put("kind", room.kind().code());
    if (room.retentionDays() != null) {
      access.put("retentionDays", room.retentionDays());
    }
    return access;
  }

  /** A room and how the caller stands in it, outside a transaction. */
  public Rights rights(Caller caller, String id) {
    return rights(database.statements(), caller, id);
  }

  private static Rights rights(Statements statements, Caller caller, String id) {
    return new Rights(
        caller, RoomTable.get(statements, id), RoomTable.standing(statements, id, caller.id()));
  }

  public JsonObject change(Caller caller, String id, JsonObject wish) {
    RoomSettings.check(wish);
    return changes.change(
        caller,
        id,
        change -> {
          Rights rights = change.rights();
          rights.mustModerate();
          rights.mustNotBeDirect();
          if (wish.containsKey("kind")) {
            rights.mustOwn();
          }
          Long version = wish.getLong("version");
          if (version != null && version != change.room().version()) {
            throw Refused.of(ErrorCode.CONFLICT, "The room has another version by now.");
          }
          JsonObject changed = RoomSettings.apply(change, wish);
          if (!changed.isEmpty()) {
            change.roomEvent(changed);
          }
          return shown(change.room(), rights.standing().role());
        });
  }

  static JsonObject shown(Room room, Role role) {
    return room.json().put("role", role.code());
  }

  public static void mustBeGood(@Nullable String problem) {
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
  }
}

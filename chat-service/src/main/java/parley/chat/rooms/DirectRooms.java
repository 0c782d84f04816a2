package parley.chat.rooms;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import parley.chat.people.Profiles;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.MemberAction;
import parley.protocol.MemberState;
import parley.protocol.Role;

/**
 * One room per pair of people. Its id follows from the pair, so two who ask at once get one room.
 */
public final class DirectRooms {
  private static final int HASH_BYTES = 16;
  private final Database database;
  private final RoomChanges changes;

  public DirectRooms(Database database, RoomChanges changes) {
    this.database = database;
    this.changes = changes;
  }

  public JsonObject open(Caller caller, String other) {
    if (other.equals(caller.id())) {
      throw Refused.of(ErrorCode.INVALID, "A direct room needs someone else.");
    }
    boolean first = caller.id().compareTo(other) < 0;
    String low = first ? caller.id() : other;
    String high = first ? other : caller.id();
    String id = idOf(low, high);
    if (!caller.mayEnter(id)) {
      throw Refused.of(ErrorCode.FORBIDDEN, "The token does not allow this room.");
    }
    Room known = RoomTable.find(database.statements(), id);
    if (known != null) {
      return Rooms.shown(known, Role.MEMBER);
    }
    return changes.make(
        caller,
        id,
        statements -> insert(statements, caller, id, low, high),
        change -> {
          if (change.standing(other).role() == Role.NONE) {
            MemberState member = new MemberState(Role.MEMBER, 0, 0);
            change.stand(caller.id(), member);
            change.memberEvent(caller.user(), MemberAction.JOINED, Role.MEMBER, null);
            change.stand(other, member);
            change.memberEvent(change.person(other), MemberAction.ADDED, Role.MEMBER, null);
          }
          return Rooms.shown(change.room(), Role.MEMBER);
        });
  }

  private static void insert(
      Statements statements, Caller caller, String id, String low, String high) {
    Profiles.remember(statements, caller.user());
    statements.change(
        """
        insert into chat.rooms (id, kind, name, created_by) values ($1, 'direct', '', $2)
        on conflict do nothing
        """,
        id,
        caller.id());
    statements.change(
        "insert into chat.direct_rooms (low, high, room) values ($1, $2, $3) on conflict do"
            + " nothing",
        low,
        high,
        id);
  }

  private static String idOf(String low, String high) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((low + "\n" + high).getBytes(StandardCharsets.UTF_8));
      return "direct." + HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

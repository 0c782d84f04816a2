package parley.chat.rooms;

import io.vertx.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.MemberState;
import parley.protocol.Role;

/** The statements about rooms and their members that more than one operation needs. */
final class RoomTable {
  /** Redis holds all of them, and loads them in one call. */
  static final int PRIVATE_MEMBERS_MAX = 2_000;

  /** How someone stands in a room. */
  record Standing(String user, MemberState state) {}

  private RoomTable() {}

  static @Nullable Room find(Statements statements, String room) {
    return statements.first("select * from chat.rooms where id = $1", Room::of, room);
  }

  static Room get(Statements statements, String room) {
    return orNotFound(find(statements, room));
  }

  /** Holds the row until the transaction ends: changes of one room follow one another. */
  static Room lock(Statements statements, String room) {
    return orNotFound(
        statements.first("select * from chat.rooms where id = $1 for update", Room::of, room));
  }

  static MemberState standing(Statements statements, String room, String user) {
    MemberState state =
        statements.first(
            "select role, muted_until, banned_until from chat.members where room = $1 and user_id ="
                + " $2",
            RoomTable::state,
            room,
            user);
    return state == null ? MemberState.NONE : state;
  }

  static void stand(Statements statements, String room, String user, MemberState state) {
    if (state.equals(MemberState.NONE)) {
      statements.change("delete from chat.members where room = $1 and user_id = $2", room, user);
      return;
    }
    statements.change(
        """
        insert into chat.members (room, user_id, role, muted_until, banned_until) values ($1, $2, $3, $4, $5)
        on conflict (room, user_id) do update
          set role = excluded.role, muted_until = excluded.muted_until, banned_until = excluded.banned_until
        """,
        room,
        user,
        state.role().code(),
        state.muteUntilMs(),
        state.banUntilMs());
  }

  static List<Standing> standings(Statements statements, String room) {
    return statements.list(
        "select * from chat.members where room = $1",
        row -> new Standing(row.getString("user_id"), state(row)),
        room);
  }

  static long memberCount(Statements statements, String room) {
    return Objects.requireNonNull(
        statements.first(
            "select count(*) from chat.members where room = $1 and role <> '-'",
            row -> row.getLong(0),
            room));
  }

  /** Those whom the members hash in Redis must name. */
  static Map<String, MemberState> keptInRedis(Statements statements, Room room) {
    Map<String, MemberState> kept = new LinkedHashMap<>();
    for (Standing each : standings(statements, room.id())) {
      if (room.keepsInRedis(each.state())) {
        kept.put(each.user(), each.state());
      }
    }
    return kept;
  }

  static MemberState state(Row row) {
    return new MemberState(
        Objects.requireNonNull(Role.of(row.getString("role"))),
        row.getLong("muted_until"),
        row.getLong("banned_until"));
  }

  private static Room orNotFound(@Nullable Room room) {
    if (room == null) {
      throw Refused.of(ErrorCode.NOT_FOUND, "There is no such room.");
    }
    return room;
  }
}

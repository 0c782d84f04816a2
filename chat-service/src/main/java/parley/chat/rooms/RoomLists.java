package parley.chat.rooms;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chat.peers.History;
import parley.chat.people.Profiles;
import parley.chat.postgres.Database;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.RoomKind;

/** The lists of rooms that people see: their own, and the directory. */
public final class RoomLists {
  private static final int WORDS_MAX = 10;

  /** One's standing, and of a direct room the other one, beside each room. */
  private static final String SELECT =
      """
      select r.*, coalesce(m.role, '-') as my_role, o.id as with_id,
        coalesce(u.name, o.id) as with_name, u.picture as with_picture, u.status as with_status
      from chat.rooms r
      left join chat.members m on m.room = r.id and m.user_id = $1
      left join chat.direct_rooms d on d.room = r.id and r.kind = 'direct'
      left join lateral (select case when d.low = $1 then d.high else d.low end as id) o on true
      left join chat.users u on u.id = o.id
      where r.id > $2
      """;

  private static final String PAGE = " order by r.id limit $3";

  /** Each word of $4 as the beginning of one, all of them wanted. */
  private static final String FOUND =
      """
       and r.search @@ (
        select string_agg('''' || word || ''':*', ' & ')::tsquery
        from unnest((chat.words($4))[1:%d]) as word)
      """
          .formatted(WORDS_MAX);

  private final Database database;
  private final History history;

  public RoomLists(Database database, History history) {
    this.database = database;
    this.history = history;
  }

  /** The rooms that the caller is a member of. */
  public JsonObject mine(Caller caller, int limit, @Nullable String after) {
    return page(
        caller,
        limit,
        database
            .statements()
            .list(
                SELECT + " and m.role <> '-' and $4 = ''" + PAGE,
                row -> row,
                caller.id(),
                after == null ? "" : after,
                limit,
                ""));
  }

  /**
   * Open and announcement rooms that are not archived, and the caller's own, by words or their
   * beginnings in id, name or topic.
   */
  public JsonObject directory(
      Caller caller, @Nullable String words, int limit, @Nullable String after) {
    boolean all = words == null || words.isBlank();
    return page(
        caller,
        limit,
        database
            .statements()
            .list(
                SELECT
                    + " and ((r.kind in ('open', 'announcement') and not r.archived) or m.role <>"
                    + " '-')"
                    + (all ? " and $4 = ''" : FOUND)
                    + PAGE,
                row -> row,
                caller.id(),
                after == null ? "" : after,
                limit,
                all ? "" : words));
  }

  private JsonObject page(Caller caller, int limit, List<Row> rows) {
    List<String> ids = rows.stream().map(row -> row.getString("id")).toList();
    List<String> direct =
        rows.stream()
            .filter(row -> RoomKind.DIRECT.code().equals(row.getString("kind")))
            .map(row -> row.getString("id"))
            .toList();
    JsonObject unread = unread(caller, ids, direct);
    JsonArray rooms = new JsonArray();
    for (Row row : rows) {
      rooms.add(shown(row, unread.getJsonObject(row.getString("id"), new JsonObject())));
    }
    JsonObject page = new JsonObject().put("rooms", rooms);
    if (rows.size() == limit) {
      page.put("next", ids.getLast());
    }
    return page;
  }

  private static JsonObject shown(Row row, JsonObject counts) {
    Room room = Room.of(row);
    JsonObject shown = room.json().put("role", row.getString("my_role"));
    if (room.kind() == RoomKind.DIRECT && row.getString("with_id") != null) {
      shown.put("with", Profiles.other(row));
    }
    for (String known : List.of("unread", "last", "read", "receipt")) {
      if (counts.getValue(known) != null) {
        shown.put(known, counts.getValue(known));
      }
    }
    return shown;
  }

  /** A list without counts is better than none while history-service is away. */
  private JsonObject unread(Caller caller, List<String> rooms, List<String> direct) {
    try {
      return history.unread(caller.id(), rooms, direct);
    } catch (Refused e) {
      return new JsonObject();
    }
  }
}

package parley.history.query;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import parley.protocol.ErrorCode;

/** What the archive knows of rooms as a whole: heads for opening, unread counts for room lists. */
public final class Rooms {
  /** Rooms in one request. */
  public static final int ROOMS_MAX = 1_000;

  /** A count that has reached this is not counted on. */
  static final int UNREAD_MAX = 1_000;

  private final Pool pool;

  public Rooms(Pools pools) {
    this.pool = pools.walking();
  }

  /** {@code {room: {seq, pos}}}: the last event of each room, zeros if there was none. */
  public Future<JsonObject> heads(List<String> rooms) {
    return pool.preparedQuery(Sql.HEADS)
        .execute(Tuple.tuple().addArrayOfString(rooms.toArray(String[]::new)))
        .map(
            rows -> {
              JsonObject heads = new JsonObject();
              for (Row row : rows) {
                heads.put(
                    row.getString(0),
                    new JsonObject().put("seq", row.getLong(1)).put("pos", row.getLong(2)));
              }
              return heads;
            });
  }

  /**
   * The pos of the last entry stored of a shard that is being opened. Commits that are under way
   * are refused from here on: they may hold what the Redis of now has lost, and must not be stored
   * behind the opener's back. The drainer reads anew within a moment.
   */
  public Future<Long> floorForOpening(int shard) {
    return pool.preparedQuery(Sql.FLOOR_AND_FENCE)
        .execute(Tuple.of(shard))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new Refusal(ErrorCode.NOT_FOUND, "there is no shard " + shard);
              }
              return rows.iterator().next().getLong(0);
            });
  }

  /** {@code {room: {unread, last?}}} for a user's room list. */
  public Future<JsonObject> unread(String user, List<String> rooms) {
    return pool.preparedQuery(Sql.UNREAD)
        .execute(
            Tuple.tuple()
                .addString(user)
                .addArrayOfString(rooms.toArray(String[]::new))
                .addInteger(UNREAD_MAX))
        .map(
            rows -> {
              JsonObject answer = new JsonObject();
              for (Row row : rows) {
                JsonObject room = new JsonObject().put("unread", row.getLong(1));
                String last = row.getString(2);
                if (last != null) {
                  room.put("last", new JsonObject(Folding.fold(last, row.getString(3), null)));
                }
                answer.put(row.getString(0), room);
              }
              return answer;
            });
  }
}

package parley.history.query;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.ErrorCode;

/** What the archive knows of rooms as a whole: heads for opening, unread counts for room lists. */
public final class Rooms {
  /** Rooms in one request. */
  public static final int ROOMS_MAX = 1_000;

  /** A count that has reached this is not counted on. */
  static final int UNREAD_MAX = 1_000;

  /** Events of a room that are looked through for their keys. */
  private static final int KEYED_EVENTS_MAX = 20_000;

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
   * How far Postgres is.
   *
   * @param stored pos of the last entry stored of one shard
   * @param clock highest of all shards
   */
  public record Floor(long stored, long clock) {}

  /**
   * What is stored of a shard that is being opened. Commits that are under way are refused from
   * here on: they may hold what the Redis of now has lost, and must not be stored behind the
   * opener's back. The drainer reads anew within a moment.
   */
  public Future<Floor> floorForOpening(int shard) {
    return pool.preparedQuery(Sql.FLOOR_AND_FENCE)
        .execute(Tuple.of(shard))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new Refusal(ErrorCode.NOT_FOUND, "there is no shard " + shard);
              }
              Row row = rows.iterator().next();
              return new Floor(row.getLong(0), row.getLong(1));
            });
  }

  /**
   * The keys that a room's events were sent under since a pos, the oldest first: {@code [user, key,
   * seq, prev, pos, ts]}. The user is null where chat-service made the event.
   */
  public Future<JsonArray> keyed(String room, long since) {
    return pool.preparedQuery(Sql.KEYED)
        .execute(Tuple.of(room, since, KEYED_EVENTS_MAX))
        .map(
            rows -> {
              Deque<JsonArray> oldestFirst = new ArrayDeque<>();
              for (Row row : rows) {
                JsonArray keyed = new JsonArray();
                for (int i = 0; i < row.size(); i++) {
                  keyed.add(row.getValue(i));
                }
                oldestFirst.addFirst(keyed);
              }
              return new JsonArray(List.copyOf(oldestFirst));
            });
  }

  /** The number of chat-service's event with this key, null if there is none. */
  public Future<@Nullable Long> seqOfChange(String room, String key) {
    return pool.preparedQuery(Sql.SEQ_OF_CHANGE)
        .execute(Tuple.of(room, key))
        .map(rows -> rows.size() == 0 ? null : rows.iterator().next().getLong(0));
  }

  /**
   * {@code {room: {unread, last?, read?, receipt?}}} for a user's room list: {@code read} is how
   * far the user has read, {@code receipt} how far somebody else has.
   *
   * @param direct those of the rooms for which a receipt is wanted: each has few members
   */
  public Future<JsonObject> unread(String user, List<String> rooms, List<String> direct) {
    return pool.preparedQuery(Sql.UNREAD)
        .execute(
            Tuple.tuple()
                .addString(user)
                .addArrayOfString(rooms.toArray(String[]::new))
                .addInteger(UNREAD_MAX)
                .addArrayOfString(direct.toArray(String[]::new)))
        .map(
            rows -> {
              JsonObject answer = new JsonObject();
              for (Row row : rows) {
                JsonObject room = new JsonObject().put("unread", row.getLong(1));
                String last = row.getString(2);
                if (last != null) {
                  room.put("last", new JsonObject(Folding.fold(last, row.getString(3), null)));
                }
                putIfKnown(room, "read", row.getLong(4));
                putIfKnown(room, "receipt", row.getLong(5));
                answer.put(row.getString(0), room);
              }
              return answer;
            });
  }

  private static void putIfKnown(JsonObject room, String name, @Nullable Long seq) {
    if (seq != null) {
      room.put(name, seq);
    }
  }
}

package parley.chat.rooms;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.chat.peers.History;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.redis.Functions;
import parley.chat.refusals.Refused;
import parley.chat.shards.Appends;
import parley.chat.shards.Opener;
import parley.chat.shards.Past;
import parley.chat.shards.ShardMetrics;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Load;

/**
 * Puts a room's rights and head into an open shard. The head is never a guess: of a room that had
 * numbers before, history must say what it has committed, and a room that lost its hash under the
 * same epoch waits until all of the log is there. In a new epoch Redis may have lost the keys of
 * the room's last events too: they are put back first.
 */
public final class RoomLoader implements Appends.AbsentRooms {
  private static final int ATTEMPTS_MAX = 5;

  private final Database database;
  private final Functions functions;
  private final RedisKeys keys;
  private final Opener opener;
  private final History history;
  private final Past past;
  private final ShardMetrics metrics;
  private final boolean createRooms;
  private final Map<String, Future<Void>> loading = new ConcurrentHashMap<>();

  public RoomLoader(
      Database database,
      Functions functions,
      RedisKeys keys,
      Opener opener,
      History history,
      Past past,
      ShardMetrics metrics,
      boolean createRooms) {
    this.database = database;
    this.functions = functions;
    this.keys = keys;
    this.opener = opener;
    this.history = history;
    this.past = past;
    this.metrics = metrics;
    this.createRooms = createRooms;
  }

  /**
   * As a gateway asks for it: a room that is not there is made, if the setting and the gateway say
   * so.
   */
  public void load(String room, @Nullable String user, boolean create) {
    String problem = Ids.roomProblem(room);
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
    if (create && createRooms) {
      database
          .statements()
          .change(
              """
              insert into chat.rooms (id, kind, name, created_by) values ($1, 'open', $1, $2)
              on conflict do nothing
              """,
              room,
              user);
    }
    load(room);
  }

  /**
   * Whoever asks for a room that is being loaded waits for that: after a loss every gateway asks
   * for every room at once, and again when it has waited too long.
   */
  @Override
  public void load(String id) {
    Promise<Void> mine = Promise.promise();
    Future<Void> running = loading.putIfAbsent(id, mine.future());
    if (running != null) {
      Future.await(running);
      return;
    }
    try {
      loadNow(id);
      loading.remove(id);
      mine.complete();
    } catch (RuntimeException | Error e) {
      loading.remove(id);
      mine.fail(e);
      throw e;
    }
  }

  private void loadNow(String id) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Room room = RoomTable.get(database.statements(), id);
      RoomKeys roomKeys = keys.room(id);
      Heads.Reply heads = heads(roomKeys);
      if (!heads.open()) {
        opener.tryOpen(roomKeys.shard().index(), heads.fence());
      } else if (loaded(roomKeys, room, heads)) {
        metrics.loaded();
        return;
      }
    }
    throw Refused.unavailable("Redis");
  }

  private boolean loaded(RoomKeys roomKeys, Room room, Heads.Reply heads) {
    boolean unknown = heads.rooms().getFirst().seq() == 0;
    if (unknown && room.loadedEpoch() == heads.epoch()) {
      past.awaitStored(roomKeys.shard(), heads.lastPos());
    }
    boolean newEpoch = room.loadedEpoch() != 0 && room.loadedEpoch() < heads.epoch();
    if (newEpoch && !past.restoreKeys(roomKeys, heads.epoch())) {
      return false;
    }
    History.Head head =
        room.loadedEpoch() == 0
            ? History.Head.NONE
            : history.committed(List.of(room.id())).getOrDefault(room.id(), History.Head.NONE);
    Load.Snapshot snapshot =
        database.transaction(statements -> snapshot(statements, room.id(), heads.epoch(), head));
    return switch (Load.reply(functions.call(Load.call(roomKeys, heads.epoch(), snapshot)))) {
      case Load.Reply.Ok ok -> true;
      case Load.Reply.Stale stale -> true;
      case Load.Reply.Closed closed -> false;
      case Load.Reply.Epoch other -> false;
    };
  }

  /** Changes lock the same row, so members and version belong together. */
  private static Load.Snapshot snapshot(
      Statements statements, String id, long epoch, History.Head head) {
    Room room =
        Objects.requireNonNull(
            statements.first(
                "update chat.rooms set loaded_epoch = greatest(loaded_epoch, $2) where id = $1"
                    + " returning *",
                Room::of,
                id,
                epoch));
    return new Load.Snapshot(
        room.version(),
        head.seq(),
        head.pos(),
        room.kind(),
        room.slowMs(),
        room.isFrozenInRedis(),
        Map.copyOf(RoomTable.keptInRedis(statements, room)));
  }

  private Heads.Reply heads(RoomKeys room) {
    return Heads.reply(functions.call(Heads.call(room.shard(), List.of(room))));
  }
}

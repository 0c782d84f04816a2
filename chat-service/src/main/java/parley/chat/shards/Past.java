package parley.chat.shards;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.chat.peers.History;
import parley.chat.redis.Functions;
import parley.chat.refusals.Refused;
import parley.protocol.Limits;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.ShardKeys;
import parley.protocol.functions.Clock;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Rekey;

/** What Postgres knows of a room that Redis has forgotten. */
public final class Past {
  private static final long STORED_WITHIN_MS = 2_000;
  private static final long LOOK_AGAIN_MS = 20;

  /** A key is known for so long before now, by the clock of positions. */
  private static final long KEYS_MICROSECONDS = 2 * Limits.KEY_WINDOW.toMillis() * 1_000;

  private final Vertx vertx;
  private final Functions functions;
  private final RedisKeys keys;
  private final History history;

  public Past(Vertx vertx, Functions functions, RedisKeys keys, History history) {
    this.vertx = vertx;
    this.functions = functions;
    this.keys = keys;
    this.history = history;
  }

  /** Whether this service's event with this key was ever appended. */
  public boolean has(String room, String key) {
    ShardKeys shard = keys.room(room).shard();
    awaitStored(shard, heads(shard).lastPos());
    return history.hasChange(room, key);
  }

  /**
   * Until what the log held has reached Postgres, so that nothing newer is missing there. Refused
   * when it takes too long.
   */
  public void awaitStored(ShardKeys shard, long lastPos) {
    long deadline = System.currentTimeMillis() + STORED_WITHIN_MS;
    while (heads(shard).stored() < lastPos) {
      if (System.currentTimeMillis() > deadline) {
        throw Refused.unavailable("The history of this room");
      }
      Future.await(vertx.timer(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS));
    }
  }

  /**
   * Puts back the keys of a room's last minutes; whether the shard is still open under this epoch.
   */
  public boolean restoreKeys(RoomKeys room, long epoch) {
    long now = Clock.reply(functions.call(Clock.call())).pos();
    List<Rekey.Keyed> all = history.keys(room.room(), Math.max(0, now - KEYS_MICROSECONDS));
    for (int from = 0; from < all.size(); from += Rekey.KEYS_MAX) {
      List<Rekey.Keyed> some = all.subList(from, Math.min(all.size(), from + Rekey.KEYS_MAX));
      if (!(Rekey.reply(functions.call(Rekey.call(room, epoch, some))) instanceof Rekey.Reply.Ok)) {
        return false;
      }
    }
    return true;
  }

  private Heads.Reply heads(ShardKeys shard) {
    return Heads.reply(functions.call(Heads.call(shard, List.of())));
  }
}

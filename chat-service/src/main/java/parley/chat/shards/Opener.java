package parley.chat.shards;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.redis.Functions;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.RedisKeys;
import parley.protocol.ShardKeys;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Open;

/**
 * Opens shards that Redis may have forgotten something of.
 *
 * <p>The shard's row in Postgres is locked while what Redis lost is put back; then the next epoch
 * is committed there together with the fence that was healed under, and only then Redis is told. A
 * death before the commit leaves a heal that the next opener repeats (an event that is back already
 * is left alone); a death after it leaves a row that the next opener only finishes.
 */
public final class Opener {
  private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

  /** How long one waits for another opener of the same shard. */
  private static final String LOCK_TIMEOUT = "set local lock_timeout = '4s'";

  private final Database database;
  private final Functions functions;
  private final RedisKeys keys;
  private final Healing healing;
  private final LogBudget budget;
  private final ShardMetrics metrics;
  private final ConcurrentMap<Integer, Future<Long>> openings = new ConcurrentHashMap<>();

  public Opener(
      Database database,
      Functions functions,
      RedisKeys keys,
      Healing healing,
      LogBudget budget,
      ShardMetrics metrics) {
    this.database = database;
    this.functions = functions;
    this.keys = keys;
    this.healing = healing;
    this.budget = budget;
    this.metrics = metrics;
  }

  /**
   * Opens a shard under this fence, or finds it open; answers its epoch. Those who ask at the same
   * time share one opening. An outdated fence is a {@code conflict}.
   */
  public long open(int shard, String fence) {
    Promise<Long> promise = Promise.promise();
    Future<Long> running = openings.putIfAbsent(shard, promise.future());
    if (running != null) {
      try {
        Future.await(running);
      } catch (Refused ignored) {
        // The other one may have asked with an outdated fence: look for ourselves.
      }
      return openOnce(shard, fence);
    }
    try {
      long epoch = openOnce(shard, fence);
      promise.complete(epoch);
      return epoch;
    } catch (RuntimeException | Error e) {
      promise.fail(e);
      throw e;
    } finally {
      openings.remove(shard);
    }
  }

  /** As {@link #open}, for those who look again anyway: false if Redis has another fence by now. */
  public boolean tryOpen(int shard, String fence) {
    try {
      open(shard, fence);
      return true;
    } catch (Refused e) {
      if (e.code() == ErrorCode.CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private long openOnce(int shard, String fence) {
    ShardKeys shardKeys = keys.shard(shard);
    mustBeCurrent(heads(shardKeys), fence);
    ShardRow row =
        database.transaction(
            statements -> {
              statements.change(LOCK_TIMEOUT);
              return prepare(statements, shardKeys, fence);
            });
    if (!row.opened()) {
      tellRedis(shardKeys, row);
      row.open().saveIfSame(database.statements());
      metrics.opened();
      LOG.info("shard {} is open under epoch {}", shard, row.epoch());
    }
    return row.epoch();
  }

  /** What is to be told to Redis, committed; or a row that says it is open already. */
  private ShardRow prepare(Statements statements, ShardKeys shard, String fence) {
    ShardRow row = ShardRow.lock(statements, shard.index());
    Heads.Reply now = heads(shard);
    mustBeCurrent(now, fence);
    boolean healed = row.fence().equals(fence);
    if (now.open() && healed && now.epoch() == row.epoch()) {
      return row.open();
    }
    if (healed && !row.opened() && now.epoch() < row.epoch()) {
      return row;
    }
    Healing.Healed found = healing.heal(shard, now);
    long epoch = Math.max(row.epoch(), now.epoch()) + 1;
    long floor = Math.max(row.floor(), found.floor());
    ShardRow next = new ShardRow(row.shard(), fence, epoch, floor, found.stored(), false);
    next.save(statements);
    return next;
  }

  private void tellRedis(ShardKeys shard, ShardRow row) {
    Open.Opening opening =
        new Open.Opening(
            row.fence(),
            row.epoch(),
            row.floor(),
            row.stored(),
            budget.entriesMax(),
            budget.bytesMax());
    Open.Reply reply = Open.reply(functions.call(Open.call(shard, opening)));
    switch (reply) {
      case Open.Reply.Ok ok -> {}
      case Open.Reply.Fence other -> throw stale();
      case Open.Reply.Epoch other -> {
        Heads.Reply now = heads(shard);
        if (!now.open() || now.epoch() < row.epoch()) {
          throw stale();
        }
      }
    }
  }

  Heads.Reply heads(ShardKeys shard) {
    return Heads.reply(functions.call(Heads.call(shard, List.of())));
  }

  private static void mustBeCurrent(Heads.Reply now, String fence) {
    if (!now.fence().equals(fence)) {
      throw stale();
    }
  }

  private static Refused stale() {
    return Refused.of(ErrorCode.CONFLICT, "Redis has another fence by now; ask with that one.");
  }
}

package parley.chat.shards;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import parley.chat.postgres.Database;
import parley.chat.redis.Functions;
import parley.protocol.RedisKeys;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.Heads;

/**
 * The highest pos that any shard shows, in Redis or in the rows of former openings. The clock is
 * one for all shards of a Redis: whichever is opened first after a failover must raise it above all
 * that was given out before, even if the new machine's time is behind and no gateway lives to tell.
 */
public final class ClockFloor {
  private final Database database;
  private final Functions functions;
  private final RedisKeys keys;

  /** Under one fence the clock itself goes on from what was found once. */
  private volatile Found found = new Found("", 0);

  private record Found(String fence, long pos) {}

  public ClockFloor(Database database, Functions functions, RedisKeys keys) {
    this.database = database;
    this.functions = functions;
    this.keys = keys;
  }

  long under(String fence) {
    Found known = found;
    if (!known.fence().equals(fence)) {
      known = new Found(fence, Math.max(inRedis(), inPostgres()));
      found = known;
    }
    return known.pos();
  }

  private long inRedis() {
    long highest = 0;
    List<FunctionCall> asked = new ArrayList<>();
    for (int shard = 0; shard < keys.shards().count(); shard++) {
      asked.add(Heads.call(keys.shard(shard), List.of()));
    }
    for (List<?> answer : functions.all(asked)) {
      Heads.Reply heads = Heads.reply(answer);
      highest = Math.max(highest, Math.max(heads.lastPos(), heads.stored()));
    }
    return highest;
  }

  private long inPostgres() {
    return Objects.requireNonNull(
        database
            .statements()
            .first("select max(greatest(floor, stored)) from chat.shards", row -> row.getLong(0)));
  }
}

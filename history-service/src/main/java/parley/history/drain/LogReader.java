package parley.history.drain;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisLink;
import parley.protocol.RedisKeys;

/**
 * Reads the logs of several shards at once, on a connection of its own since it blocks. Reading
 * begins at the start of a log each time, which holds what is not stored yet and nothing else: no
 * position is kept that a restarted Redis could contradict. Only while a batch is being committed
 * the next one is read behind it.
 */
final class LogReader {
  private static final String START = "0-0";

  private final RedisLink link;
  private final RedisKeys keys;
  private final Map<String, Integer> shardOfLog = new HashMap<>();

  LogReader(RedisLink link, RedisKeys keys) {
    this.link = link;
    this.keys = keys;
    for (int shard = 0; shard < keys.shards().count(); shard++) {
      shardOfLog.put(keys.shard(shard).log(), shard);
    }
  }

  /**
   * @param behind the runs that are being committed at present
   * @param count entries of each shard at most
   * @param blockMs how long to wait for a first entry; 0 does not wait
   */
  Future<List<Run>> read(Collection<Integer> shards, List<Run> behind, int count, long blockMs) {
    Map<Integer, String> from = new HashMap<>();
    behind.forEach(run -> from.put(run.shard(), run.range().lastPos() + "-0"));
    Request read = Request.cmd(Command.XREAD).arg("COUNT").arg(count);
    if (blockMs > 0) {
      read.arg("BLOCK").arg(blockMs);
    }
    read.arg("STREAMS");
    shards.forEach(shard -> read.arg(keys.shard(shard).log()));
    shards.forEach(shard -> read.arg(from.getOrDefault(shard, START)));
    return link.send(read).map(this::runs);
  }

  private List<Run> runs(@Nullable Response answer) {
    List<Run> runs = new ArrayList<>();
    if (answer != null) {
      for (String log : answer.getKeys()) {
        Integer shard = shardOfLog.get(log);
        Response entries = answer.get(log);
        if (shard != null && entries != null && entries.size() > 0) {
          runs.add(RunReader.read(shard, entries));
        }
      }
    }
    return runs;
  }
}

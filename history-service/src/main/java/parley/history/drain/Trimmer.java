package parley.history.drain;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.Functions;
import parley.chassis.redis.RedisLink;
import parley.history.archive.ArchivedEvent;
import parley.history.archive.Await;
import parley.protocol.RedisKeys;
import parley.protocol.functions.Trim;

/** Takes what is committed out of the logs, which also raises and tells the stored marks. */
final class Trimmer {
  private static final Logger LOG = LoggerFactory.getLogger(Trimmer.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final RedisLink link;
  private final RedisKeys keys;
  private final DrainMetrics metrics;
  // Touched by the drainer's thread.
  private final Map<Integer, QuietRooms> quiet = new HashMap<>();

  Trimmer(RedisLink link, RedisKeys keys, DrainMetrics metrics) {
    this.link = link;
    this.keys = keys;
    this.metrics = metrics;
  }

  /** Whether the logs began where they were read; if not, they must be read anew. */
  boolean trim(List<Run> runs) throws Await.Failed, InterruptedException {
    long now = System.currentTimeMillis();
    List<Request> trims = new ArrayList<>(runs.size());
    for (Run run : runs) {
      QuietRooms rooms = quiet.computeIfAbsent(run.shard(), shard -> new QuietRooms());
      for (ArchivedEvent event : run.events()) {
        rooms.heard(event.room(), now);
      }
      trims.add(
          Functions.request(
              Trim.call(
                  keys.shard(run.shard()),
                  run.range(),
                  rooms.take(now).stream().map(keys::room).toList())));
    }
    boolean asRead = true;
    var answers = link.batch(trims);
    for (int i = 0; i < answers.size(); i++) {
      asRead &= isTrimmed(runs.get(i), Await.within(ANSWER_MAX, answers.get(i)));
    }
    return asRead;
  }

  /** How much waits in the logs, for when nothing is trimmed; Redis may be what is broken. */
  void measure(Set<Integer> shards) throws InterruptedException {
    List<Integer> inOrder = List.copyOf(shards);
    List<Request> lengths =
        inOrder.stream()
            .map(shard -> Request.cmd(Command.XLEN).arg(keys.shard(shard).log()))
            .toList();
    List<Future<Response>> answers = link.batch(lengths);
    try {
      for (int i = 0; i < answers.size(); i++) {
        metrics.backlog(inOrder.get(i), Await.within(ANSWER_MAX, answers.get(i)).toLong());
      }
    } catch (Await.Failed e) {
      LOG.debug("the backlog cannot be measured: {}", e.getMessage());
    }
  }

  /** Another replica drains these now. */
  void forgetAllBut(Map<Integer, Long> held) {
    quiet.keySet().retainAll(held.keySet());
  }

  private boolean isTrimmed(Run run, Response answer) {
    return switch (Trim.reply(Functions.answer(answer))) {
      case Trim.Reply.Ok ok -> {
        metrics.backlog(run.shard(), ok.left());
        yield true;
      }
      case Trim.Reply.Lost lost -> {
        LOG.info(
            "the log of shard {} begins at {} and not at {} any more",
            run.shard(),
            lost.firstPos(),
            run.range().firstPos());
        yield false;
      }
    };
  }
}

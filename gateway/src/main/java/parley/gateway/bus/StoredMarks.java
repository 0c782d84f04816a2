package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import parley.protocol.ErrorCode;
import parley.protocol.ShardKeys;

/**
 * Who waits until Postgres has an event: told by the marks that shards publish. A shard's channel
 * is subscribed while someone waits and some time longer. Bus thread, but for {@link #stored}.
 */
final class StoredMarks {
  /** Who waits at most, in a shard. */
  private static final int WAITING_MAX = 20_000;

  private static final Duration LINGER = Duration.ofSeconds(30);

  private final Bus bus;
  private final Map<String, Shard> shards = new HashMap<>();

  StoredMarks(Bus bus) {
    this.bus = bus;
  }

  private record Waiting(long pos, Promise<Void> promise) {}

  private static final class Shard {
    final ShardKeys keys;
    final PriorityQueue<Waiting> waiting =
        new PriorityQueue<>(Comparator.comparingLong(Waiting::pos));
    long mark;
    boolean subscribed;
    long usedNanos = System.nanoTime();

    Shard(ShardKeys keys) {
      this.keys = keys;
    }

    void raise(long to) {
      mark = Math.max(mark, to);
      while (!waiting.isEmpty() && waiting.peek().pos() <= mark) {
        waiting.poll().promise().tryComplete();
      }
    }
  }

  /** From any loop; completes on its context. */
  Future<Void> stored(ShardKeys keys, long pos, Duration atMost, Context context) {
    Promise<Void> promise = Promise.promise();
    bus.context().runOnContext(ignored -> await(keys, pos, promise));
    Promise<Void> here = ((ContextInternal) context).promise();
    promise
        .future()
        .timeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            outcome ->
                context.runOnContext(
                    ignored -> {
                      if (outcome.succeeded()) {
                        here.complete();
                      } else {
                        promise.tryFail("given up");
                        here.fail(
                            outcome.cause() instanceof Refused refused
                                ? refused
                                : Refused.of(
                                    ErrorCode.NOT_STORED_YET, ErrorCode.NOT_STORED_YET.meaning()));
                      }
                    }));
    return here.future();
  }

  private void await(ShardKeys keys, long pos, Promise<Void> promise) {
    Shard shard = shards.computeIfAbsent(keys.storedChannel(), ignored -> new Shard(keys));
    shard.usedNanos = System.nanoTime();
    if (pos <= shard.mark) {
      promise.tryComplete();
      return;
    }
    shard.waiting.removeIf(
        waiting -> waiting.promise().future().isComplete() && shard.waiting.size() >= WAITING_MAX);
    if (shard.waiting.size() >= WAITING_MAX) {
      promise.tryFail(
          Refused.of(ErrorCode.NOT_STORED_YET, "too many wait for their messages to be stored"));
      return;
    }
    shard.waiting.add(new Waiting(pos, promise));
    if (!shard.subscribed) {
      subscribe(shard);
    }
  }

  private void subscribe(Shard shard) {
    shard.subscribed = true;
    bus.subscribe(shard.keys.storedChannel())
        .onComplete(
            outcome -> {
              if (outcome.succeeded()) {
                read(shard);
              } else {
                shard.subscribed = false;
              }
            });
  }

  /** What was stored before the subscription stood. */
  private void read(Shard shard) {
    bus.ownLane()
        .send(Request.cmd(Command.HGET).arg(shard.keys.shard()).arg("stored"))
        .onSuccess(
            mark -> {
              if (mark != null) {
                shard.raise(mark.toLong());
              }
            });
  }

  /** Whether this was a mark. */
  boolean heard(String channel, byte[] payload) {
    Shard shard = shards.get(channel);
    if (shard != null) {
      try {
        shard.raise(Long.parseLong(new String(payload, StandardCharsets.US_ASCII)));
      } catch (NumberFormatException e) {
        bus.meters().unreadable();
      }
    }
    return shard != null;
  }

  /** The subscriptions stand again. */
  void up() {
    for (Shard shard : shards.values()) {
      if (!shard.subscribed && !shard.waiting.isEmpty()) {
        subscribe(shard);
      } else if (shard.subscribed) {
        read(shard);
      }
    }
  }

  void tend() {
    long before = System.nanoTime() - LINGER.toNanos();
    shards
        .values()
        .removeIf(
            shard -> {
              boolean idle = shard.usedNanos - before < 0;
              if (idle) {
                bus.unsubscribe(shard.keys.storedChannel());
              } else if (!shard.waiting.isEmpty() && bus.isUp()) {
                // A mark may have been published and lost on the way: those who wait do not wait
                // for the next one.
                if (shard.subscribed) {
                  read(shard);
                } else {
                  subscribe(shard);
                }
              }
              return idle;
            });
  }
}

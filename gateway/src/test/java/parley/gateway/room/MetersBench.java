package parley.gateway.room;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.chassis.metrics.Metrics;

/**
 * What measuring costs on the way out: events through a loop to members whose connections cost
 * nothing, with a gateway's meters and with meters that do nothing, in turn. One event for a turn
 * is the worst case, for meters are used once in a turn; and without the kernel's part of a real
 * write the share that this prints is an upper bound. Arguments: rounds, events in a round.
 */
final class MetersBench {
  private static final int[] MEMBERS = {1, 10, 100, 1_000};
  private static final long TS = System.currentTimeMillis();

  private record Nothing(String id) implements Outlet {
    @Override
    public WireFormat format() {
      return WireFormat.PLAIN;
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void write(ByteBuf frames) {
      frames.release();
    }

    @Override
    public void flush() {}

    @Override
    public void gap(Gap gap) {}

    @Override
    public void ended(String room, Ended why) {}
  }

  /** A room with members on the one loop of a node. */
  private static final class Crowd {
    private final Loop loop;
    private final Share share;
    private long seq;

    Crowd(Node node, int members) {
      loop = node.rooms.loops().getFirst();
      share = new Share(loop, "crowd-" + members, "crowd-" + members);
      Node.get(
          Node.on(
              loop,
              () -> {
                for (int i = 0; i < members; i++) {
                  share.add(
                      new Member(Hearing.open(loop, new Nothing("m" + i)), share, Node.ANN, false));
                }
                return Future.succeededFuture();
              }));
    }

    /** Nanoseconds of an event; each has a turn of its own. */
    double round(int events) throws Exception {
      Promise<Void> done = Promise.promise();
      long from = System.nanoTime();
      loop.context().runOnContext(ignored -> next(events, done));
      done.future().await(120, TimeUnit.SECONDS);
      return (System.nanoTime() - from) / (double) events;
    }

    private void next(int left, Promise<Void> done) {
      if (left == 0) {
        done.complete();
        return;
      }
      seq++;
      loop.inbox().put(List.of(new Item.Told(share, event(seq))));
      // Behind the turn that the inbox has asked for.
      loop.context().runOnContext(ignored -> next(left - 1, done));
    }
  }

  private MetersBench() {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 41;
    int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
    try (RedisServer redis = Backing.freshRedis();
        Metrics measuring = new Metrics();
        Node with = Node.measured(redis, measuring.registry());
        Node without = Node.measured(redis, silent())) {
      System.out.printf(
          "%8s %14s %14s %10s %8s%n", "members", "measured ns", "silent ns", "cost ns", "share");
      for (int members : MEMBERS) {
        compare(
            new Crowd(with, members),
            new Crowd(without, members),
            members,
            rounds,
            Math.max(500, events / members));
      }
    }
  }

  private static MeterRegistry silent() {
    MeterRegistry registry = new SimpleMeterRegistry();
    registry.config().meterFilter(MeterFilter.deny());
    return registry;
  }

  /** Medians, in turn, so that both have the same weather. */
  private static void compare(Crowd with, Crowd without, int members, int rounds, int events)
      throws Exception {
    double[] measured = new double[rounds];
    double[] silent = new double[rounds];
    for (int i = -rounds / 4; i < rounds; i++) {
      double one = with.round(events);
      double other = without.round(events);
      if (i >= 0) {
        measured[i] = one;
        silent[i] = other;
      }
    }
    double a = median(measured);
    double b = median(silent);
    System.out.printf(
        "%8d %14.0f %14.0f %10.0f %7.2f%%%n", members, a, b, a - b, 100 * (a - b) / b);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Event event(long seq) {
    String json =
        ("{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":%d,\"type\":\"message\",\"room\":\"crowd\","
                + "\"from\":{\"id\":\"u\",\"name\":\"U\"},\"text\":\"%s\"}")
            .formatted(seq, seq - 1, seq, TS, "x".repeat(128));
    return Event.parse(json.getBytes(StandardCharsets.UTF_8), System.nanoTime());
  }
}

package parley.gateway.room;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
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
            new Crowd(with, members, Nothing::new),
            new Crowd(without, members, Nothing::new),
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
      double one = round(with, events);
      double other = round(without, events);
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

  /** Nanoseconds of an event. */
  private static double round(Crowd crowd, int events) throws Exception {
    long from = System.nanoTime();
    crowd.tell(events).await(120, TimeUnit.SECONDS);
    return (System.nanoTime() - from) / (double) events;
  }
}

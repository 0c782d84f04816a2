package parley.gateway.room;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import parley.backing.Backing;
import parley.backing.RedisServer;

/**
 * What one event costs on its way from the inbox of a loop into the outbound buffers of a room's
 * members, and what it allocates: {@code gc.alloc.rate.norm} of 1,000 members less that of 10, over
 * 990, is what each recipient costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FanOutBench {
  private static final int EVENTS = 100;

  @Param({"10", "1000"})
  public int members;

  private RedisServer redis;
  private Node node;
  private Crowd crowd;

  /** A connection whose network takes everything at once. */
  private record Taken(String id, EmbeddedChannel channel) implements Outlet {
    @Override
    public WireFormat format() {
      return WireFormat.PLAIN;
    }

    @Override
    public boolean writable() {
      return channel.isWritable();
    }

    @Override
    public void write(ByteBuf frames) {
      channel.unsafe().write(frames, channel.voidPromise());
    }

    @Override
    public void flush() {
      channel.unsafe().flush();
      for (Object sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
        ReferenceCountUtil.release(sent);
      }
    }

    @Override
    public void gap(Gap gap) {}

    @Override
    public void ended(String room, Ended why) {}
  }

  @Setup(Level.Trial)
  public void open() {
    redis = Backing.freshRedis();
    node = Node.onOneLoop(redis);
    crowd = new Crowd(node, members, id -> new Taken(id, new EmbeddedChannel()));
  }

  @TearDown(Level.Trial)
  public void close() {
    node.close();
    redis.close();
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void event() throws Exception {
    crowd.tell(EVENTS).await(60, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    new Runner(
            new OptionsBuilder()
                .include(FanOutBench.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .build())
        .run();
  }
}

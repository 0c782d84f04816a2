package parley.gateway.room;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
  private static final long TS = System.currentTimeMillis();

  @Param({"10", "1000"})
  public int members;

  private RedisServer redis;
  private Node node;
  private Loop loop;
  private Share share;
  private long seq;

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
    loop = node.rooms.loops().getFirst();
    share = new Share(loop, "crowd", "crowd");
    Node.get(
        Node.on(
            loop,
            () -> {
              for (int i = 0; i < members; i++) {
                Outlet outlet = new Taken("m" + i, new EmbeddedChannel());
                share.add(new Member(Hearing.open(loop, outlet), share, Node.ANN, false));
              }
              return Future.succeededFuture();
            }));
  }

  @TearDown(Level.Trial)
  public void close() {
    node.close();
    redis.close();
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void event() throws Exception {
    Promise<Void> done = Promise.promise();
    loop.context().runOnContext(ignored -> next(EVENTS, done));
    done.future().await(60, TimeUnit.SECONDS);
  }

  /** Each event has a turn of its own. */
  private void next(int left, Promise<Void> done) {
    if (left == 0) {
      done.complete();
      return;
    }
    seq++;
    loop.inbox().put(List.of(new Item.Told(share, event(seq))));
    loop.context().runOnContext(ignored -> next(left - 1, done));
  }

  private static Event event(long seq) {
    String json =
        ("{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":%d,\"type\":\"message\",\"room\":\"crowd\","
                + "\"from\":{\"id\":\"u\",\"name\":\"U\"},\"text\":\"%s\"}")
            .formatted(seq, seq - 1, seq, TS, "x".repeat(128));
    return Event.parse(json.getBytes(StandardCharsets.UTF_8), System.nanoTime());
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

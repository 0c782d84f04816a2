package parley.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import parley.backing.Backing;
import parley.backing.RedisServer;

/** The way from a loop's inbox to its members. */
@Isolated("measures times")
class FanOutTest {
  /** A duplicate out of Netty's pool, recycled when it is released. */
  private static final long BYTES_PER_RECIPIENT_MAX = 8;

  private static RedisServer redis;
  private static Node node;

  @BeforeAll
  static void start() {
    redis = Backing.freshRedis();
    node = Node.onOneLoop(redis);
  }

  @AfterAll
  static void stop() {
    node.close();
    redis.close();
  }

  private static final class Sink implements Outlet {
    private final long nanosPerFlush;
    long bytes;
    int flushes;

    private Sink() {
      this(0);
    }

    private Sink(long nanosPerFlush) {
      this.nanosPerFlush = nanosPerFlush;
    }

    @Override
    public String id() {
      return "sink";
    }

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
      bytes += frames.readableBytes();
      frames.release();
    }

    @Override
    public void flush() {
      flushes++;
      long until = System.nanoTime() + nanosPerFlush;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void gap(Gap gap) {}

    @Override
    public void ended(String room, Ended why) {}
  }

  private static Event event(long seq, long prev) {
    String json =
        "{\"seq\":"
            + seq
            + ",\"prev\":"
            + prev
            + ",\"pos\":"
            + seq
            + ",\"ts\":1,\"type\":\"message\",\"room\":\"r\","
            + "\"from\":{\"id\":\"u\",\"name\":\"U\"},\"text\":\""
            + "x".repeat(128)
            + "\"}";
    return Event.parse(json.getBytes(StandardCharsets.UTF_8), System.nanoTime());
  }

  @Test
  void nothing_is_allocated_per_recipient_but_a_pooled_duplicate() {
    Loop loop = node.rooms.loops().getFirst();
    long perRecipient =
        Node.get(
            Node.on(
                loop,
                () -> {
                  Share share = new Share(loop, "fan-out", "fan-out");
                  int members = 5_000;
                  for (int i = 0; i < members; i++) {
                    share.add(new Member(Hearing.open(loop, new Sink()), share, Node.ANN, false));
                  }
                  for (int i = 1; i < 200; i++) {
                    pass(loop, share, i);
                  }
                  ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                  long before = threads.getCurrentThreadAllocatedBytes();
                  for (int i = 200; i < 300; i++) {
                    pass(loop, share, i);
                  }
                  long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                  return Future.succeededFuture(allocated / (100L * members));
                }));
    assertThat(perRecipient).isLessThanOrEqualTo(BYTES_PER_RECIPIENT_MAX);
  }

  private static void pass(Loop loop, Share share, long seq) {
    Pass run = new Pass.Run(loop, share, List.of(event(seq, seq - 1)));
    while (!run.advance(System.nanoTime() + 1_000_000_000)) {
      // not all members have had it
    }
  }

  @Test
  void a_walk_in_several_turns_reaches_each_member_once_whoever_leaves_meanwhile() {
    Loop loop = node.rooms.loops().getFirst();
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Node.get(
        Node.on(
            loop,
            () -> {
              Share share = new Share(loop, "walk", "walk");
              List<Member> all = new ArrayList<>();
              for (int i = 0; i < 1_000; i++) {
                Member member = new Member(Hearing.open(loop, new Sink()), share, Node.ANN, false);
                all.add(member);
                share.add(member);
              }
              List<Member> leaving = new ArrayList<>(all);
              Collections.shuffle(leaving, random);
              Pass run = new Pass.Run(loop, share, List.of(event(1, 0)));
              int bytes = Frames.size(WireFormat.PLAIN, event(1, 0), 0);
              List<Member> left = new ArrayList<>();
              while (!run.advance(System.nanoTime() - 1)) {
                for (int i = 0; i < 10; i++) {
                  Member member = leaving.removeLast();
                  left.add(member);
                  share.remove(member);
                }
              }
              for (Member member : all) {
                long had = ((Sink) member.hearing.outlet()).bytes;
                if (left.contains(member)) {
                  assertThat(had).isLessThanOrEqualTo(bytes);
                } else {
                  assertThat(had).isEqualTo(bytes);
                }
              }
              assertThat(share.size).isEqualTo(1_000 - left.size());
              return Future.succeededFuture();
            }));
  }

  @Test
  void flushing_many_members_lets_others_have_the_loop_and_reaches_everyone() {
    Loop loop = node.rooms.loops().getFirst();
    List<Sink> sinks = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      sinks.add(new Sink(100_000));
    }
    int flushedWhenAnotherTaskRan =
        Node.get(
            Node.on(
                loop,
                () -> {
                  Share share = new Share(loop, "flushing", "flushing");
                  sinks.forEach(
                      sink ->
                          share.add(new Member(Hearing.open(loop, sink), share, Node.ANN, false)));
                  loop.inbox().put(List.of(new Item.Told(share, event(1, 0))));
                  Promise<Integer> other = loop.promise();
                  loop.context()
                      .runOnContext(
                          go -> other.complete(sinks.stream().mapToInt(s -> s.flushes).sum()));
                  return other.future();
                }));
    assertThat(flushedWhenAnotherTaskRan).isLessThan(sinks.size() / 2);
    Node.eventually(() -> assertThat(sinks).allMatch(sink -> sink.flushes == 1));
  }

  @Test
  void a_long_walk_lets_others_have_the_loop() {
    Loop loop = node.rooms.loops().getFirst();
    Node.get(
        Node.on(
            loop,
            () -> {
              Share share = new Share(loop, "turns", "turns");
              for (int i = 0; i < 100; i++) {
                share.add(new Member(Hearing.open(loop, new Sink()), share, Node.ANN, false));
              }
              assertThat(
                      new Pass.Run(loop, share, List.of(event(1, 0)))
                          .advance(System.nanoTime() - 1))
                  .isFalse();
              return Future.succeededFuture();
            }));
  }
}

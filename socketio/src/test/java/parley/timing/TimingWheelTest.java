package parley.timing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("measures times")
class TimingWheelTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final AtomicLong clock = new AtomicLong(1_000_000);

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private static final class Recorded extends TimingWheel.Entry {
    private final AtomicLong clock;
    private final List<Long> fired = new ArrayList<>();

    private Recorded(AtomicLong clock) {
      this.clock = clock;
    }

    @Override
    protected void expire(long lateMillis) {
      fired.add(clock.get());
    }
  }

  /** A wheel whose clock the test turns; its own timer is never reached. */
  private TimingWheel wheel() {
    return new TimingWheel(loop, clock::get);
  }

  private void turn(TimingWheel wheel, long millis) {
    for (long end = clock.get() + millis; clock.get() < end; ) {
      clock.addAndGet(TimingWheel.TICK_MILLIS);
      wheel.advance();
    }
  }

  @Test
  void entries_fire_once_in_the_tick_of_their_time_near_and_far() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    TimingWheel wheel = wheel();
    List<Recorded> entries = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      var entry = new Recorded(clock);
      long delay = random.nextLong(200_000);
      entries.add(entry);
      times.add(clock.get() + delay);
      wheel.schedule(entry, delay);
    }
    turn(wheel, 201_000);
    for (int i = 0; i < entries.size(); i++) {
      assertThat(entries.get(i).fired).hasSize(1);
      assertThat(entries.get(i).fired.getFirst() - times.get(i))
          .isBetween(-(long) TimingWheel.TICK_MILLIS, (long) TimingWheel.TICK_MILLIS);
    }
    assertThat(wheel.size()).isZero();
  }

  @Test
  void an_entry_can_be_moved_and_cancelled_also_while_others_expire() {
    TimingWheel wheel = wheel();
    var kept = new Recorded(clock);
    var cancelled = new Recorded(clock);
    var moved = new Recorded(clock);
    var canceller =
        new TimingWheel.Entry() {
          @Override
          protected void expire(long lateMillis) {
            wheel.cancel(cancelled);
            wheel.schedule(moved, 500);
          }
        };
    wheel.schedule(canceller, 100);
    wheel.schedule(kept, 100);
    wheel.schedule(cancelled, 100);
    wheel.schedule(moved, 100);
    turn(wheel, 200);
    assertThat(kept.fired).hasSize(1);
    assertThat(cancelled.fired).isEmpty();
    assertThat(moved.fired).isEmpty();
    turn(wheel, 500);
    assertThat(moved.fired).hasSize(1);
  }

  @Test
  void a_loop_that_stood_still_for_longer_than_a_turn_catches_up() {
    TimingWheel wheel = wheel();
    var entry = new Recorded(clock);
    wheel.schedule(entry, 5_000);
    clock.addAndGet(300_000);
    wheel.advance();
    assertThat(entry.fired).hasSize(1);
  }

  @Test
  void one_failing_entry_does_not_keep_the_others_from_firing() {
    TimingWheel wheel = wheel();
    var entry = new Recorded(clock);
    wheel.schedule(entry, 10);
    wheel.schedule(
        new TimingWheel.Entry() {
          @Override
          protected void expire(long lateMillis) {
            throw new IllegalStateException("on purpose");
          }
        },
        10);
    turn(wheel, 20);
    assertThat(entry.fired).hasSize(1);
  }

  @Test
  void fifteen_thousand_heartbeats_come_within_twenty_milliseconds_of_their_time()
      throws Exception {
    var wheel = new TimingWheel(loop);
    var lateness = new ConcurrentLinkedQueue<Long>();
    var done = new CountDownLatch(15_000 * 3);
    loop.execute(
        () -> {
          for (int i = 0; i < 15_000; i++) {
            var heartbeat =
                new TimingWheel.Entry() {
                  @Override
                  protected void expire(long lateMillis) {
                    lateness.add(lateMillis);
                    done.countDown();
                    wheel.schedule(this, 1000);
                  }
                };
            wheel.schedule(heartbeat, i % 1000);
          }
        });
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    List<Long> sorted = lateness.stream().sorted().toList();
    assertThat(sorted.getFirst()).isGreaterThanOrEqualTo(-TimingWheel.TICK_MILLIS);
    // A machine that is busy with other tests stops the loop itself for a while, and then all that
    // were due meanwhile are late; the wheel itself makes nearly all of them come in time.
    assertThat(sorted.get(sorted.size() * 9 / 10)).isLessThanOrEqualTo(20);
  }
}

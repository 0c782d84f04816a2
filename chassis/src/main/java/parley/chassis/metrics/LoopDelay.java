package parley.chassis.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks event loops for a task four times a second, and measures how late it runs. */
public final class LoopDelay {
  private static final long EVERY_MS = 250;

  private final Timer delay;

  private LoopDelay(Timer delay) {
    this.delay = delay;
  }

  /** All loops of a Vert.x, for a process that does not pick its own; until they end. */
  public static void watch(Vertx vertx, MeterRegistry registry) {
    // Contexts are given out over the loops in turn.
    watch(
        Stream.generate(() -> (Context) ((VertxInternal) vertx).createEventLoopContext())
            .limit(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE)
            .toList(),
        registry);
  }

  /** Until the loops end. */
  public static void watch(List<Context> loops, MeterRegistry registry) {
    LoopDelay watch = new LoopDelay(ProcessMeasures.LOOP_DELAY.in(registry));
    loops.forEach(loop -> loop.runOnContext(ignored -> watch.next(loop)));
  }

  private void next(Context loop) {
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EVERY_MS);
    loop.owner()
        .setTimer(
            EVERY_MS,
            ignored -> {
              delay.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
              next(loop);
            });
  }
}

package parley.chassis.lifecycle;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one service, started in the order in which they were added and stopped in the
 * reverse order. A part that cannot start stops those before it again. Several of these live side
 * by side where several services run in one JVM.
 */
public final class Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
  private static final Duration VERTX_STOPS_WITHIN = Duration.ofSeconds(5);

  private final String service;
  private final List<Part> parts = new ArrayList<>();
  private final Deque<Part> started = new ArrayDeque<>();
  private boolean stopping;

  public Lifecycle(String service) {
    this.service = service;
  }

  /**
   * With a Vert.x of its own, closed when all parts have stopped: who waits for that on one of its
   * event loops is never told.
   */
  public static Lifecycle on(Vertx vertx, String service) {
    return new Lifecycle(service)
        .add("Vert.x", VERTX_STOPS_WITHIN, Future::succeededFuture, vertx::close);
  }

  public String service() {
    return service;
  }

  public synchronized Lifecycle add(Part part) {
    parts.add(part);
    return this;
  }

  public Lifecycle add(
      String name,
      Duration stopWithin,
      Supplier<? extends Future<?>> start,
      Supplier<? extends Future<?>> stop) {
    return add(new SuppliedPart(name, stopWithin, start, stop));
  }

  /** Fails with a {@link StartException} that names the part. */
  public Future<Void> start() {
    return startFrom(0);
  }

  private Future<Void> startFrom(int index) {
    Part part;
    synchronized (this) {
      if (stopping) {
        part = null;
      } else if (index == parts.size()) {
        return Future.succeededFuture();
      } else {
        part = parts.get(index);
      }
    }
    if (part == null) {
      // The part that was just being started came too late for the stop that goes on or is over.
      StartException stopped = new StartException(service + " was stopped while it started.");
      return stop().transform(ignored -> Future.failedFuture(stopped));
    }
    return attempt(part::start)
        .transform(
            outcome -> {
              if (outcome.failed()) {
                StartException failure = StartException.of(service, part.name(), outcome.cause());
                return stop().transform(ignored -> Future.failedFuture(failure));
              }
              synchronized (this) {
                started.push(part);
              }
              return startFrom(index + 1);
            });
  }

  /** Never fails: a part that does not stop in its time is told about and left. */
  public Future<Void> stop() {
    Part part;
    synchronized (this) {
      stopping = true;
      part = started.poll();
    }
    if (part == null) {
      return Future.succeededFuture();
    }
    return bounded(part).transform(ignored -> stop());
  }

  private Future<?> bounded(Part part) {
    CompletableFuture<Object> limited = new CompletableFuture<>();
    limited.orTimeout(part.stopWithin().toMillis(), TimeUnit.MILLISECONDS);
    attempt(part::stop)
        .onSuccess(ignored -> limited.complete(part))
        .onFailure(limited::completeExceptionally);
    return Future.fromCompletionStage(limited)
        .onFailure(
            e -> LOG.warn("{}: {} did not stop cleanly: {}", service, part.name(), e.toString()));
  }

  private static Future<?> attempt(Supplier<? extends Future<?>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private record SuppliedPart(
      String name,
      Duration stopWithin,
      Supplier<? extends Future<?>> starter,
      Supplier<? extends Future<?>> stopper)
      implements Part {

    @Override
    public Future<?> start() {
      return starter.get();
    }

    @Override
    public Future<?> stop() {
      return stopper.get();
    }
  }
}

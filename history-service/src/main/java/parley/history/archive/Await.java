package parley.history.archive;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Lets sequential code on a virtual thread wait for a future, never without a bound. */
public final class Await {
  private Await() {}

  /** The future failed or took too long. */
  public static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(Throwable cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  public static <T> T within(Duration most, Future<T> future) throws Failed, InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(most.toMillis(), MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Failed(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new Failed(new TimeoutException("no answer within " + most.toMillis() + " ms"));
    }
  }
}

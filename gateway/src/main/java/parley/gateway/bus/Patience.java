package parley.gateway.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.Functions;
import parley.chassis.redis.RedisRefusal;
import parley.chassis.redis.RedisUnavailable;
import parley.protocol.ErrorCode;

/**
 * Tries a command that may be done twice until it is answered or its time is up. Thread of its lane
 * only.
 */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final long PAUSE_MS = 100;

  private final Context context;
  private final Batch batch;
  private final Cures cures;

  Patience(Context context, Batch batch, Cures cures) {
    this.context = context;
    this.batch = batch;
    this.cures = cures;
  }

  /** What an answer means. */
  sealed interface Step<T> {
    record Done<T>(T value) implements Step<T> {}

    record Refuse<T>(Refused refused) implements Step<T> {}

    /** To be asked again after this. */
    record Again<T>(Future<Void> cure) implements Step<T> {}
  }

  <T> Future<T> ask(
      Request request, long deadlineNanos, Function<@Nullable Response, Step<T>> read) {
    return batch
        .send(request)
        .transform(
            outcome ->
                switch (this.<T>step(outcome, read)) {
                  case Step.Done<T> done -> Future.succeededFuture(done.value());
                  case Step.Refuse<T> refuse -> Future.failedFuture(refuse.refused());
                  case Step.Again<T> again ->
                      after(again.cure(), deadlineNanos)
                          .compose(v -> ask(request, deadlineNanos, read));
                });
  }

  private <T> Step<T> step(
      AsyncResult<@Nullable Response> outcome, Function<@Nullable Response, Step<T>> read) {
    if (outcome.succeeded()) {
      return read.apply(outcome.result());
    }
    return switch (outcome.cause()) {
      case RedisUnavailable unavailable ->
          new Step.Again<>(
              unavailable.kind() == RedisUnavailable.Kind.BUSY ? pause() : cures.connected());
      case RedisRefusal refusal -> refused(refusal);
      default -> new Step.Refuse<>(internal(outcome.cause()));
    };
  }

  private <T> Step<T> refused(RedisRefusal refusal) {
    return switch (Functions.error(refusal)) {
      case OUT_OF_MEMORY -> new Step.Refuse<>(Refusals.full(ErrorCode.FULL.retryAfterMs()));
      case FUNCTIONS_MISSING -> new Step.Again<>(cures.functions());
      case UNAVAILABLE, MOVED -> new Step.Again<>(cures.master(refusal));
      case REFUSED -> new Step.Refuse<>(internal(refusal));
    };
  }

  private static Refused internal(@Nullable Throwable cause) {
    LOG.error("a command failed", cause);
    return Refused.of(ErrorCode.INTERNAL, "Redis did not take a command");
  }

  /** Fails when the time is up, or when the cure brought a refusal that waiting does not change. */
  private Future<Void> after(Future<Void> cure, long deadlineNanos) {
    long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
    if (leftMs <= 0) {
      return Future.failedFuture(
          Refused.of(ErrorCode.UNAVAILABLE, "Redis or chat-service does not answer"));
    }
    return cure.timeout(leftMs, TimeUnit.MILLISECONDS)
        .recover(
            failure ->
                failure instanceof Refused refused && !refused.code().retry()
                    ? Future.failedFuture(refused)
                    : pause());
  }

  private Future<Void> pause() {
    return context.owner().timer(PAUSE_MS, TimeUnit.MILLISECONDS).mapEmpty();
  }
}

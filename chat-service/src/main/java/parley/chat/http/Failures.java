package parley.chat.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.metrics.Counters;
import parley.chat.metrics.ChatMeasures;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;

/** Turns whatever went wrong into an error of the catalogue, and counts it. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int MESSAGE_CHARACTERS_MAX = 300;

  private final Counters<ErrorCode> refusals;

  Failures(MeterRegistry registry) {
    this.refusals = ChatMeasures.REFUSALS.in(registry, ErrorCode.class, ErrorCode::code);
  }

  void answer(RoutingContext context) {
    if (context.response().ended()) {
      return;
    }
    Refused refused = refused(context);
    refusals.increment(refused.code());
    JsonObject error =
        new JsonObject()
            .put("code", refused.code().code())
            .put("message", String.valueOf(refused.getMessage()));
    refused.retryAfterMs().ifPresent(ms -> error.put("retryAfterMs", ms));
    refused
        .retryAfterMs()
        .ifPresent(
            ms -> context.response().putHeader("Retry-After", Long.toString((ms + 999) / 1000)));
    context
        .response()
        .setStatusCode(refused.code().httpStatus())
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("ok", false).put("error", error).toBuffer());
  }

  private static Refused refused(RoutingContext context) {
    @Nullable Throwable failure = context.failure();
    if (failure instanceof Refused refused) {
      return refused;
    }
    int status =
        failure instanceof HttpException http ? http.getStatusCode() : context.statusCode();
    return switch (status) {
      case 400, 415 -> Refused.of(ErrorCode.INVALID, problem(failure));
      case 404, 405 -> Refused.of(ErrorCode.NOT_FOUND, "There is no such path.");
      case 413 -> Refused.of(ErrorCode.TOO_LARGE);
      default -> fault(context, failure);
    };
  }

  private static String problem(@Nullable Throwable failure) {
    String why = failure instanceof HttpException http ? http.getPayload() : null;
    if (why == null) {
      return ErrorCode.INVALID.meaning();
    }
    return why.length() > MESSAGE_CHARACTERS_MAX ? why.substring(0, MESSAGE_CHARACTERS_MAX) : why;
  }

  private static Refused fault(RoutingContext context, @Nullable Throwable failure) {
    if (failure != null && isOutage(failure)) {
      LOG.warn(
          "{} {}: {}", context.request().method(), context.request().path(), failure.toString());
      return Refused.unavailable("Redis or Postgres");
    }
    LOG.error("{} {} failed", context.request().method(), context.request().path(), failure);
    return Refused.of(ErrorCode.INTERNAL);
  }

  /** Not reached, not answered in time, or going down: nothing that a log of faults should hold. */
  private static boolean isOutage(Throwable failure) {
    if (failure instanceof PgException postgres) {
      String state = String.valueOf(postgres.getSqlState());
      return state.startsWith("57")
          || state.startsWith("08")
          || state.startsWith("53")
          || state.equals("55P03");
    }
    return failure instanceof java.io.IOException
        || failure instanceof java.util.concurrent.TimeoutException
        || failure instanceof io.vertx.core.VertxException;
  }
}

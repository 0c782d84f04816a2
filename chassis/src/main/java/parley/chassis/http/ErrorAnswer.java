package parley.chassis.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.protocol.ErrorCode;

/** A refusal as clients of every door hear it; {@code retryAfterMs} is 0 for never. */
public record ErrorAnswer(ErrorCode code, String message, long retryAfterMs) {

  /** With the catalogue's own time to wait. */
  public static ErrorAnswer of(ErrorCode code, String message) {
    return new ErrorAnswer(code, message, code.retryAfterMs());
  }

  public static ErrorAnswer of(ErrorCode code, String message, Duration retryAfter) {
    return new ErrorAnswer(code, message, retryAfter.toMillis());
  }

  /** {@code {"ok":false,"error":{"code":…,"message":…,"retryAfterMs":…}}}. */
  public JsonObject json() {
    JsonObject error = new JsonObject().put("code", code.code()).put("message", message);
    if (retryAfterMs > 0) {
      error.put("retryAfterMs", retryAfterMs);
    }
    return new JsonObject().put("ok", false).put("error", error);
  }

  /** Ends a response with this error, unless it has begun or its client is gone. */
  public void send(HttpServerResponse response) {
    if (response.headWritten() || response.closed()) {
      return;
    }
    response
        .setStatusCode(code.httpStatus())
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store");
    if (retryAfterMs > 0) {
      response.putHeader("Retry-After", Long.toString(Math.ceilDiv(retryAfterMs, 1_000L)));
    }
    response.end(json().encode());
  }

  /** The error in another process's answer; null where the answer is none of the catalogue's. */
  static @Nullable ErrorAnswer parse(JsonObject answer) {
    if (!(answer.getValue("error") instanceof JsonObject error)
        || !(error.getValue("code") instanceof String code)) {
      return null;
    }
    ErrorCode known = ErrorCode.of(code);
    if (known == null) {
      return null;
    }
    long wait = error.getValue("retryAfterMs") instanceof Number number ? number.longValue() : 0;
    return new ErrorAnswer(known, error.getString("message", ""), wait);
  }
}

package parley.gateway.transport;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import parley.gateway.bus.Refused;
import parley.gateway.session.Answers;

/** Answers of the gateway's own to HTTP requests. */
final class HttpAnswers {
  static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";

  /** What a browser must not take for something else than it is said to be. */
  static final String NO_SNIFFING = "nosniff";

  private static final double MS_PER_SECOND = 1000.0;

  private HttpAnswers() {}

  static void json(HttpServerResponse response, int status, String json) {
    if (!response.ended() && !response.closed() && !response.headWritten()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .putHeader(CONTENT_TYPE_OPTIONS, NO_SNIFFING)
          .end(json);
    }
  }

  static void json(HttpServerResponse response, JsonObject json) {
    json(response, 200, json.encode());
  }

  /** The error of a failed future, with its status and, where waiting helps, how long. */
  static void refuse(HttpServerResponse response, Throwable failure) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    Refused refused = Answers.refusal(failure);
    Long waitMs = refused.retryAfterMs();
    if (waitMs != null) {
      response.putHeader(
          HttpHeaders.RETRY_AFTER, Long.toString((long) Math.ceil(waitMs / MS_PER_SECOND)));
    }
    json(response, refused.code().httpStatus(), Answers.refused(refused));
  }
}

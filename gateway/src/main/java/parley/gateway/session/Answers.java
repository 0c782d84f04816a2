package parley.gateway.session;

import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;

/** The JSON of answers: {@code {ok: true, …}} and {@code {ok: false, error}}. */
public final class Answers {
  static final String OK = "{\"ok\":true}";
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /**
   * What a failed future means to a client: refusals as they are, everything else is a fault of
   * ours.
   */
  public static Refused refusal(Throwable failure) {
    if (failure instanceof Refused refused) {
      return refused;
    }
    log.error("a request failed by a fault of ours", failure);
    return Refused.of(ErrorCode.INTERNAL, ErrorCode.INTERNAL.meaning());
  }

  /** {@code {code, message, retryAfterMs?}}. */
  public static JsonObject error(Refused refused) {
    JsonObject error =
        new JsonObject()
            .put("code", refused.code().code())
            .put("message", String.valueOf(refused.getMessage()));
    Long retryAfterMs = refused.retryAfterMs();
    return retryAfterMs == null ? error : error.put("retryAfterMs", retryAfterMs);
  }

  /** The whole answer to a refused request. */
  public static String refused(Throwable failure) {
    return new JsonObject().put("ok", false).put("error", error(refusal(failure))).encode();
  }

  static JsonObject ok() {
    return new JsonObject().put("ok", true);
  }
}

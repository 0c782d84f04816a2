package parley.gateway.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.gateway.bus.Refused;
import parley.gateway.metrics.GatewayMeasures;
import parley.protocol.ErrorCode;

/** The JSON of answers: {@code {ok: true, …}} and {@code {ok: false, error}}. */
public final class Answers {
  static final String OK = "{\"ok\":true}";
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  /** How often each error was told; of the process, since a refusal may come before any session. */
  private static final Map<ErrorCode, LongAdder> TOLD = new EnumMap<>(ErrorCode.class);

  static {
    for (ErrorCode code : ErrorCode.values()) {
      TOLD.put(code, new LongAdder());
    }
  }

  private Answers() {}

  /** Shows what was refused. */
  public static void measure(MeterRegistry registry) {
    TOLD.forEach((code, told) -> GatewayMeasures.REFUSALS.from(registry, code.code(), told::sum));
  }

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
    Objects.requireNonNull(TOLD.get(refused.code())).increment();
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

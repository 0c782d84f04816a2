package parley.history.http;

import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.http.CallFailed;
import parley.chassis.http.ErrorAnswer;
import parley.history.query.Refusal;
import parley.protocol.ErrorCode;

/** Every failure as an answer from the catalogue. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static void answer(HttpServerResponse response, Throwable failure) {
    meaning(failure).send(response);
  }

  private static ErrorAnswer meaning(Throwable failure) {
    return switch (failure) {
      case Refusal refusal -> ErrorAnswer.of(refusal.code(), String.valueOf(refusal.getMessage()));
      case CallFailed told -> told.error();
      case NullPointerException fault -> fault(fault);
      case IllegalStateException fault -> fault(fault);
      case ClassCastException fault -> fault(fault);
      default -> {
        // Postgres or Redis: not there, too slow, starting, stopping.
        LOG.warn("a request failed: {}", failure.toString());
        yield ErrorAnswer.of(ErrorCode.UNAVAILABLE, "The history cannot be had at present.");
      }
    };
  }

  private static ErrorAnswer fault(RuntimeException fault) {
    LOG.error("a request failed by a fault of ours", fault);
    return ErrorAnswer.of(ErrorCode.INTERNAL, "A fault on our side.");
  }
}

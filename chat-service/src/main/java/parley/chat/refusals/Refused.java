package parley.chat.refusals;

import java.util.OptionalLong;
import parley.protocol.ErrorCode;

/**
 * Ends a request with a code of the catalogue. Thrown inside a transaction it rolls the transaction
 * back, so a refused request has changed nothing.
 */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final long NO_TIME = -1;

  private final ErrorCode code;
  private final long retryAfterMs;

  private Refused(ErrorCode code, String message, long retryAfterMs) {
    // No stack trace: this is an answer, not a fault.
    super(message, null, false, false);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  public static Refused of(ErrorCode code) {
    return of(code, code.meaning());
  }

  public static Refused of(ErrorCode code, String message) {
    return new Refused(code, message, code.retry() ? code.retryAfterMs() : NO_TIME);
  }

  public static Refused until(ErrorCode code, long retryAfterMs) {
    return new Refused(code, code.meaning(), retryAfterMs);
  }

  /** Something that this needs does not answer. */
  public static Refused unavailable(String what) {
    return of(ErrorCode.UNAVAILABLE, what + " does not answer at present; nothing was done");
  }

  public ErrorCode code() {
    return code;
  }

  /** When it may be tried again, if that is known. */
  public OptionalLong retryAfterMs() {
    return retryAfterMs == NO_TIME ? OptionalLong.empty() : OptionalLong.of(retryAfterMs);
  }
}

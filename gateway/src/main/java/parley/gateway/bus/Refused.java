package parley.gateway.bus;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.protocol.ErrorCode;

/**
 * A refusal out of the catalogue, as a failed future carries it. It has no stack trace: it is an
 * answer.
 */
public final class Refused extends RuntimeException {
  private final transient ErrorCode code;
  private final @Nullable Long retryAfterMs;

  public Refused(ErrorCode code, @Nullable Long retryAfterMs, String message) {
    super(message, null, false, false);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** With the time to wait that the catalogue gives. */
  public static Refused of(ErrorCode code, String message) {
    Duration wait = code.retryAfter();
    return new Refused(code, wait == null ? null : wait.toMillis(), message);
  }

  public ErrorCode code() {
    return code;
  }

  /** Milliseconds to wait before repeating; null: waiting does not help. */
  public @Nullable Long retryAfterMs() {
    return retryAfterMs;
  }
}

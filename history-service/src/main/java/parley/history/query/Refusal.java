package parley.history.query;

import parley.protocol.ErrorCode;

/** An answer from the catalogue of errors, as a failure. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final ErrorCode code;

  public Refusal(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}

package parley.chassis.token;

/** A token is not believed; the message can be shown to its bearer. */
public final class TokenRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why it is not. */
  public enum Reason {
    MALFORMED,
    ALGORITHM_REFUSED,
    UNKNOWN_KEY,
    BAD_SIGNATURE,
    EXPIRED,
    NOT_YET_VALID,
    WRONG_ISSUER,
    WRONG_AUDIENCE,
    /** The key set cannot be read at present; the same token may be believed later. */
    KEYS_UNAVAILABLE
  }

  private final Reason reason;

  TokenRefused(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

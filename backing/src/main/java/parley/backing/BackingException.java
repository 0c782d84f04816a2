package parley.backing;

/** A server could not be found, started or controlled; the message says what to do about it. */
public final class BackingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BackingException(String message) {
    super(message);
  }

  BackingException(String message, Throwable cause) {
    super(message, cause);
  }
}

package parley.chassis.lifecycle;

/** A service cannot start; the message is one sentence for the person who started it. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartException(String sentence) {
    super(sentence);
  }

  private StartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  static StartException of(String service, String part, Throwable cause) {
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new StartException(service + " cannot start " + part + ": " + why, cause);
  }
}

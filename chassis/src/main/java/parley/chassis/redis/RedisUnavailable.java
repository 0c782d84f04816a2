package parley.chassis.redis;

/** A request was not answered by Redis; {@link #mayHaveRun} says what is known about it. */
public final class RedisUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Kind {
    /** There is no connection; the request was never sent. */
    DOWN,
    /** Too much is under way; the request was never sent. */
    BUSY,
    /** The connection broke, or was silent for too long, while the answer was waited for. */
    LOST,
    /** This side closed; the request may or may not have been sent. */
    CLOSED
  }

  private final Kind kind;

  RedisUnavailable(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether Redis may have done what was asked although its answer is missing. */
  public boolean mayHaveRun() {
    return switch (kind) {
      case DOWN, BUSY -> false;
      case LOST, CLOSED -> true;
    };
  }
}

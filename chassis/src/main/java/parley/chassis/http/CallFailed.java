package parley.chassis.http;

/** A call to another process of Parley brought no good answer; {@link #error} says what to tell. */
public final class CallFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorAnswer error;
  private final boolean mayHaveRun;

  CallFailed(ErrorAnswer error, boolean mayHaveRun) {
    super(error.code().code() + ": " + error.message(), null, false, false);
    this.error = error;
    this.mayHaveRun = mayHaveRun;
  }

  public ErrorAnswer error() {
    return error;
  }

  /** Whether the other side may have done what was asked, although it did not say so. */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}

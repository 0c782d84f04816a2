package parley.chassis.redis;

/** An error that Redis answered: {@code OOM command not allowed when used memory > 'maxmemory'}. */
public final class RedisRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  RedisRefusal(String answer) {
    super(answer, null, false, false);
    int space = answer.indexOf(' ');
    this.code = space < 0 ? answer : answer.substring(0, space);
  }

  /**
   * The first word: {@code ERR}, {@code OOM}, {@code MOVED}, {@code READONLY}, {@code NOSCRIPT}.
   */
  public String code() {
    return code;
  }

  public boolean is(String wanted) {
    return code.equals(wanted);
  }
}

package parley.protocol;

/**
 * The number of an event in its room: {@code epoch × 2^32 + n}, below 2^53, so that a double holds
 * it exactly. Compare numbers, never epochs and n apart; the predecessor of an event is its {@code
 * prev}, not its number less one.
 */
public final class Seq {
  public static final long MAX = (1L << 53) - 1;
  public static final long EPOCH_MAX = MAX >>> 32;
  public static final long N_MAX = (1L << 32) - 1;

  private Seq() {}

  public static long of(long epoch, long n) {
    if (epoch < 0 || epoch > EPOCH_MAX || n < 0 || n > N_MAX) {
      throw new IllegalArgumentException("no seq has epoch " + epoch + " and n " + n);
    }
    return (epoch << 32) | n;
  }

  public static long epoch(long seq) {
    return seq >>> 32;
  }

  public static long n(long seq) {
    return seq & N_MAX;
  }

  /** Whether a client may name this number: 0 stands for the beginning. */
  public static boolean isValid(long seq) {
    return seq >= 0 && seq <= MAX;
  }
}

package parley.verify.check;

/** Holds what clients saw and were told against each other, against Postgres and the faults. */
public final class Checker {
  private Checker() {}

  public static void check(History history, Verdict verdict) {
    KeptCheck.check(history, verdict);
    HeardCheck.check(history, verdict);
    SentCheck.check(history, verdict);
    ReturnCheck.check(history, verdict);
  }
}

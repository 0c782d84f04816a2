package parley.backing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a started server, and tells its last words when it ended instead. */
final class Readiness {

  private static final Duration BETWEEN = Duration.ofMillis(15);

  private Readiness() {}

  static void await(String what, Duration within, ServerRun run, BooleanSupplier ready) {
    long deadline = System.nanoTime() + within.toNanos();
    while (!ready.getAsBoolean()) {
      if (!run.alive()) {
        throw new BackingException(what + " ended while it started:\n" + run.lastWords());
      }
      if (System.nanoTime() > deadline) {
        throw new BackingException(
            "%s was not ready within %d s:%n%s"
                .formatted(what, within.toSeconds(), run.lastWords()));
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }
}

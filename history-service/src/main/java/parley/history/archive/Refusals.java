package parley.history.archive;

import io.vertx.pgclient.PgException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error of Postgres means to a committer. */
final class Refusals {
  /** Data exceptions, violated constraints, limits of the program (a row too long for an index). */
  private static final Set<String> CLASSES = Set.of("22", "23", "54");

  private Refusals() {}

  /** Whether the same data would be refused again, however often it came. */
  static boolean isOfTheData(@Nullable Throwable e) {
    return e instanceof PgException refusal
        && refusal.getSqlState() != null
        && refusal.getSqlState().length() == 5
        && CLASSES.contains(refusal.getSqlState().substring(0, 2));
  }
}

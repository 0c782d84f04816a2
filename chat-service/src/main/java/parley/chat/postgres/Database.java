package parley.chat.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;

/**
 * Postgres for code that runs on virtual threads: a statement parks the thread, a transaction is a
 * method. Nothing here may be called on an event loop.
 */
public final class Database {
  /** Deadlocks and serialization failures are tried again this often in all. */
  private static final int ATTEMPTS_MAX = 3;

  private final Pool pool;

  public Database(Pool pool) {
    this.pool = pool;
  }

  /** What is done inside a transaction; anything it throws rolls all of it back. */
  @FunctionalInterface
  public interface Work<T> {
    T with(Statements statements);
  }

  /** Single statements, each a transaction of its own. */
  public Statements statements() {
    return new Statements(pool);
  }

  /** Whether Postgres answers; from any thread. */
  public Future<?> answers() {
    return pool.query("select 1").execute();
  }

  public <T> T transaction(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (PgException e) {
        if (attempt == ATTEMPTS_MAX || !mayBeRepeated(e)) {
          throw e;
        }
      }
    }
  }

  private <T> T once(Work<T> work) {
    SqlConnection connection = Future.await(pool.getConnection());
    try {
      Transaction transaction = Future.await(connection.begin());
      T result;
      try {
        result = work.with(new Statements(connection));
      } catch (RuntimeException | Error e) {
        try {
          Future.await(transaction.rollback());
        } catch (RuntimeException rollback) {
          e.addSuppressed(rollback);
        }
        throw e;
      }
      Future.await(transaction.commit());
      return result;
    } finally {
      Future.await(connection.close());
    }
  }

  private static boolean mayBeRepeated(PgException e) {
    return "40P01".equals(e.getSqlState()) || "40001".equals(e.getSqlState());
  }
}

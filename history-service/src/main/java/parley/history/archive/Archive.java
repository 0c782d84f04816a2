package parley.history.archive;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Set;

/** The writing side of Postgres, for the drainer's virtual thread. */
public final class Archive {
  /**
   * A commit that takes longer is given up and tried again; it may have happened, which harms
   * nothing.
   */
  static final Duration COMMIT_MAX = Duration.ofSeconds(10);

  private static final String STORE =
      "SELECT held, stored FROM history.store($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,"
          + "$15,$16,$17,$18,$19,$20,$21,$22,$23)";
  private static final String PARK =
      "INSERT INTO history.dead_letter (shard, entry, room, seq, reason, raw)"
          + " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

  private final Line line;
  private final String replica;

  public Archive(Vertx vertx, PgConnectOptions postgres, String replica) {
    this.line = new Line(vertx, postgres, COMMIT_MAX);
    this.replica = replica;
  }

  /** What became of a batch. */
  public sealed interface Outcome {
    /**
     * @param fresh events that were not there before
     */
    record Stored(int fresh) implements Outcome {}

    /**
     * Nothing was stored, since shards had been taken over.
     *
     * @param held those that were not
     */
    record Fenced(Set<Integer> held) implements Outcome {}

    /** Postgres will never take these data. */
    record Refused(String reason) implements Outcome {}
  }

  /** Commits the batch if this replica still drains all of its shards. */
  public Outcome store(Batch batch) throws Await.Failed, InterruptedException {
    for (DeadLetter letter : batch.letters()) {
      park(letter);
    }
    Row row;
    try {
      row = line.run(STORE, Columns.of(replica, batch)).iterator().next();
    } catch (Await.Failed e) {
      if (Refusals.isOfTheData(e.getCause())) {
        return new Outcome.Refused(String.valueOf(e.getMessage()));
      }
      throw e;
    }
    Integer[] held = row.getArrayOfIntegers(0);
    return held != null && held.length == batch.shards().size()
        ? new Outcome.Stored(row.getInteger(1))
        : new Outcome.Fenced(held == null ? Set.of() : Set.of(held));
  }

  public void close() {
    line.close();
  }

  private void park(DeadLetter letter) throws Await.Failed, InterruptedException {
    int length = Math.min(letter.raw().length(), DeadLetter.RAW_BYTES_MAX);
    line.run(
        PARK,
        Tuple.tuple()
            .addInteger(letter.shard())
            .addString(letter.entry())
            .addString(letter.room())
            .addLong(letter.seq())
            .addString(letter.reason().replace('\0', ' '))
            .addBuffer(letter.raw().slice(0, length)));
  }
}

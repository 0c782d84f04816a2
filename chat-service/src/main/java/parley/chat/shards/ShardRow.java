package parley.chat.shards;

import io.vertx.sqlclient.Row;
import java.util.Objects;
import parley.chat.postgres.Statements;

/**
 * A shard as Postgres knows it.
 *
 * @param fence of the Redis that was healed for this epoch
 * @param epoch never used for two openings
 * @param floor of the clock, found when healing
 * @param stored highest pos of the shard in Postgres
 * @param opened whether Redis is known to have been told
 */
record ShardRow(int shard, String fence, long epoch, long floor, long stored, boolean opened) {

  /** Holds the row until the transaction ends: a shard has one opener at a time. */
  static ShardRow lock(Statements statements, int shard) {
    return Objects.requireNonNull(
        statements.first(
            "select * from chat.shards where shard = $1 for update", ShardRow::of, shard));
  }

  private static ShardRow of(Row row) {
    return new ShardRow(
        row.getInteger("shard"),
        row.getString("fence"),
        row.getLong("epoch"),
        row.getLong("floor"),
        row.getLong("stored"),
        row.getBoolean("opened"));
  }

  ShardRow open() {
    return new ShardRow(shard, fence, epoch, floor, stored, true);
  }

  /** Unless another opener has gone on from here. */
  void saveIfSame(Statements statements) {
    statements.change(
        "update chat.shards set opened = $3 where shard = $1 and epoch = $2", shard, epoch, opened);
  }

  void save(Statements statements) {
    statements.change(
        """
        update chat.shards set fence = $2, epoch = $3, floor = $4, stored = $5, opened = $6, changed_at = now()
        where shard = $1
        """,
        shard,
        fence,
        epoch,
        floor,
        stored,
        opened);
  }
}

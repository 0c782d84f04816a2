package parley.chat.outbox;

import java.util.UUID;
import parley.chat.postgres.Statements;
import parley.protocol.Shards;

/** Takes the events of changes, inside the transactions that make them. */
public final class Outbox {
  private static final String PREFIX = "outbox.";

  private final Shards shards;

  public Outbox(Shards shards) {
    this.shards = shards;
  }

  /**
   * The room's row must be locked by this transaction: then ids grow in commit order within the
   * room, and the relay, which goes by id, keeps the order of changes.
   *
   * <p>The event ends in its key, so that it is found in Postgres when Redis has forgotten the key.
   */
  public void add(Statements statements, Entry entry) {
    String key = PREFIX + UUID.randomUUID();
    statements.change(
        "insert into chat.outbox (shard, room, key, version, event) values ($1, $2, $3, $4, $5)",
        shards.of(entry.room()),
        entry.room(),
        key,
        entry.version(),
        entry.under(key).json());
  }
}

package parley.protocol;

/**
 * Keys of one shard.
 *
 * @param index its number
 * @param shard hash: fence, epoch, stored (pos of the last entry known to be in Postgres), bytes,
 *     maxEntries, maxBytes
 * @param log stream of what Postgres does not have yet; the id of an entry is its {@code pos}; one
 *     field per entry, see {@link LogEntry}
 * @param storedChannel sharded channel on which each new stored mark is published, as a decimal
 *     number
 */
public record ShardKeys(int index, String tag, String shard, String log, String storedChannel) {
  ShardKeys(int index, String tag) {
    this(index, tag, tag + "shard", tag + "log", tag + "stored");
  }
}

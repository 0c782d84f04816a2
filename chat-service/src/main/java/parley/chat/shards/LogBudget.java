package parley.chat.shards;

/** How much of a shard's log Redis holds before it answers {@code full}. */
public record LogBudget(long entriesMax, long bytesMax) {}

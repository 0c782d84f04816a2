package parley.protocol.functions;

import java.util.ArrayList;
import java.util.List;
import parley.protocol.RoomKeys;
import parley.protocol.ShardKeys;

/** Takes what Postgres has committed out of a shard's log: see trim.lua. */
public final class Trim {
  public static final String NAME = "parley_trim";

  private Trim() {}

  /**
   * A committed run of entries from the beginning of the log.
   *
   * @param firstPos and {@code lastPos}: of the run, as read from the stream ids
   * @param bytes of the values of its entries
   */
  public record Committed(long firstPos, long lastPos, long entries, long bytes) {}

  public sealed interface Reply {
    /**
     * @param left entries that the log still holds
     */
    record Ok(long left) implements Reply {}

    /**
     * The log begins elsewhere: another drainer was here, or Redis lost something. Read it anew.
     */
    record Lost(long firstPos) implements Reply {}
  }

  /**
   * @param quiet rooms that had no event for a while: their hashes may expire once all of them is
   *     stored
   */
  public static FunctionCall call(ShardKeys shard, Committed committed, List<RoomKeys> quiet) {
    List<String> keys = new ArrayList<>(2 + 2 * quiet.size());
    keys.add(shard.shard());
    keys.add(shard.log());
    quiet.forEach(
        room -> {
          keys.add(room.hash());
          keys.add(room.members());
        });
    return new FunctionCall(
        NAME,
        keys,
        List.of(
            Long.toString(committed.firstPos()),
            Long.toString(committed.lastPos()),
            Long.toString(committed.entries()),
            Long.toString(committed.bytes()),
            shard.storedChannel()));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> new Reply.Ok(answer.number(1));
      case "lost" -> new Reply.Lost(answer.number(1));
      default -> throw answer.unexpected();
    };
  }
}

package parley.protocol.functions;

import java.util.List;
import parley.protocol.ShardKeys;

/** Opens a shard under the fence of this Redis and a new epoch: see open.lua. */
public final class Open {
  public static final String NAME = "parley_open";

  private Open() {}

  public sealed interface Reply {
    record Ok() implements Reply {}

    /** This Redis has another fence than the one that was healed under: begin anew. */
    record Fence(String is) implements Reply {}

    /** The shard has this epoch or a higher one already. */
    record Epoch(long is) implements Reply {}
  }

  /**
   * @param fence under which heads were read and events healed
   * @param epoch higher than any this shard was open under
   * @param floor highest pos that any gateway (in any shard) or Postgres has seen
   * @param stored highest pos of the shard known to be in Postgres
   */
  public record Opening(
      String fence, long epoch, long floor, long stored, long entriesMax, long bytesMax) {}

  public static FunctionCall call(ShardKeys shard, Opening opening) {
    return new FunctionCall(
        NAME,
        List.of(shard.shard(), shard.log()),
        List.of(
            opening.fence(),
            Long.toString(opening.epoch()),
            Long.toString(opening.floor()),
            Long.toString(opening.stored()),
            Long.toString(opening.entriesMax()),
            Long.toString(opening.bytesMax())));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> new Reply.Ok();
      case "fence" -> new Reply.Fence(answer.text(1));
      case "epoch" -> new Reply.Epoch(answer.number(1));
      default -> throw answer.unexpected();
    };
  }
}

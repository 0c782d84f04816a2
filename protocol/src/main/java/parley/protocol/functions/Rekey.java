package parley.protocol.functions;

import java.util.ArrayList;
import java.util.List;
import parley.protocol.Limits;
import parley.protocol.RoomKeys;

/**
 * Puts keys back that Redis lost, of events that Postgres has, before their room is loaded: see
 * rekey.lua.
 */
public final class Rekey {
  public static final String NAME = "parley_rekey";

  /** Keys in one call, so that Redis is not held up. */
  public static final int KEYS_MAX = 500;

  private Rekey() {}

  /** A key and the numbers of the event that was sent under it. */
  public record Keyed(String user, String key, long seq, long prev, long pos, long ts) {}

  public sealed interface Reply {
    /**
     * @param restored how many Redis did not know
     */
    record Ok(long restored) implements Reply {}

    record Closed(String fence) implements Reply {}

    /** The shard is open under another epoch. */
    record Epoch(long is) implements Reply {}
  }

  public static FunctionCall call(RoomKeys room, long epoch, List<Keyed> keys) {
    List<String> args = new ArrayList<>(2 + 6 * keys.size());
    args.add(Long.toString(epoch));
    args.add(Long.toString(Limits.KEY_WINDOW.toMillis()));
    for (Keyed keyed : keys) {
      args.add(keyed.user());
      args.add(keyed.key());
      args.add(Long.toString(keyed.seq()));
      args.add(Long.toString(keyed.prev()));
      args.add(Long.toString(keyed.pos()));
      args.add(Long.toString(keyed.ts()));
    }
    return new FunctionCall(
        NAME, List.of(room.shard().shard(), room.keys0(), room.keys1()), List.copyOf(args));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> new Reply.Ok(answer.number(1));
      case "closed" -> new Reply.Closed(answer.text(1));
      case "epoch" -> new Reply.Epoch(answer.number(1));
      default -> throw answer.unexpected();
    };
  }
}

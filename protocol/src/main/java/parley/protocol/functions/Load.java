package parley.protocol.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.protocol.MemberState;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;

/** chat-service puts a room's rights and head into an open shard: see load.lua. */
public final class Load {
  public static final String NAME = "parley_load";

  private Load() {}

  /**
   * A room as Postgres knows it.
   *
   * @param head of the last event that history has committed, 0 if none; Redis' own counts if it is
   *     higher
   * @param pos of that event
   * @param members open and announcement rooms: those who are or may do something special; else all
   *     members
   */
  public record Snapshot(
      long version,
      long head,
      long pos,
      RoomKind kind,
      long slowMs,
      boolean frozen,
      Map<String, MemberState> members) {}

  public sealed interface Reply {
    /**
     * @param head of the room now
     */
    record Ok(long head) implements Reply {}

    /** Loaded, but Redis knows newer rights than this snapshot: those stay. */
    record Stale(long head, long version) implements Reply {}

    record Closed(String fence) implements Reply {}

    /** The shard is open under another epoch. */
    record Epoch(long epoch) implements Reply {}
  }

  public static FunctionCall call(RoomKeys room, long epoch, Snapshot snapshot) {
    List<String> args = new ArrayList<>();
    args.add(Long.toString(epoch));
    args.add(Long.toString(snapshot.version()));
    args.add(Long.toString(snapshot.head()));
    args.add(Long.toString(snapshot.pos()));
    args.add(snapshot.kind().code());
    args.add(Long.toString(snapshot.slowMs()));
    args.add(snapshot.frozen() ? "1" : "0");
    snapshot.members().forEach((user, state) -> args.addAll(List.of(user, state.encode())));
    return new FunctionCall(
        NAME, List.of(room.shard().shard(), room.hash(), room.members()), List.copyOf(args));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> new Reply.Ok(answer.number(1));
      case "stale" -> new Reply.Stale(answer.number(1), answer.number(2));
      case "closed" -> new Reply.Closed(answer.text(1));
      case "epoch" -> new Reply.Epoch(answer.number(1));
      default -> throw answer.unexpected();
    };
  }
}

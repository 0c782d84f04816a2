package parley.protocol.functions;

import java.util.List;
import parley.protocol.EventHead;
import parley.protocol.Limits;
import parley.protocol.RoomKeys;

/**
 * Puts an event that Redis lost back under its own numbers, before its shard is opened: see
 * heal.lua.
 */
public final class Heal {
  public static final String NAME = "parley_heal";

  private Heal() {}

  /**
   * An event of a gateway's ring. Give a shard's events in the order of their pos.
   *
   * @param user and {@code key}: as the event names them; both empty if it was sent without a key
   * @param json the whole event as it was published
   * @param redact as {@link Append.Change#redact()}: the target if this event is a deletion
   * @param tombstoneJson what takes the target's place in recent
   */
  public record Lost(
      EventHead head, String user, String key, String json, long redact, String tombstoneJson) {}

  public sealed interface Reply {
    record Ok() implements Reply {}

    /** The room's head is at or behind this event: nothing was lost, or another opener was here. */
    record Present(long head) implements Reply {}

    /** Another fence than the one told. */
    record Fence(String is) implements Reply {}

    /** The shard is open: it is too late. */
    record Opened() implements Reply {}
  }

  public static FunctionCall call(RoomKeys room, String fence, Lost lost) {
    EventHead head = lost.head();
    return new FunctionCall(
        NAME,
        List.of(
            room.shard().shard(),
            room.shard().log(),
            room.hash(),
            room.members(),
            room.recent(),
            room.keys0(),
            room.keys1()),
        List.of(
            fence,
            room.room(),
            lost.user(),
            lost.key(),
            Long.toString(Limits.KEY_WINDOW.toMillis()),
            Long.toString(head.seq()),
            Long.toString(head.prev()),
            Long.toString(head.pos()),
            Long.toString(head.ts()),
            lost.json(),
            Long.toString(lost.redact()),
            lost.tombstoneJson()));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> new Reply.Ok();
      case "present" -> new Reply.Present(answer.number(1));
      case "fence" -> new Reply.Fence(answer.text(1));
      case "open" -> new Reply.Opened();
      default -> throw answer.unexpected();
    };
  }
}

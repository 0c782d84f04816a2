package parley.protocol.functions;

import java.util.ArrayList;
import java.util.List;
import parley.protocol.Limits;
import parley.protocol.RoomKeys;

/**
 * The events of a room after a seq, if Redis still holds all of them: see recent.lua. Writes
 * nothing.
 */
public final class Recent {
  public static final String NAME = "parley_recent";

  private Recent() {}

  public sealed interface Reply {
    /**
     * @param events all after the given seq up to {@code head}, in order; whole JSONs
     */
    record Ok(long head, List<byte[]> events) implements Reply {}

    /**
     * The chain back to the seq is not complete here, or is too long or too large; the log and
     * history have it.
     */
    record Incomplete(long head) implements Reply {}

    /** Redis does not know the room. */
    record Absent() implements Reply {}
  }

  public static FunctionCall call(RoomKeys room, long afterSeq) {
    return call(room, afterSeq, Limits.RECENT_EVENTS, Limits.RECENT_REPLY_BYTES_MAX);
  }

  public static FunctionCall call(RoomKeys room, long afterSeq, int eventsMax, int bytesMax) {
    return new FunctionCall(
        NAME,
        List.of(room.hash(), room.recent()),
        List.of(Long.toString(afterSeq), Integer.toString(eventsMax), Integer.toString(bytesMax)));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> {
        List<byte[]> events = new ArrayList<>(answer.size() - 2);
        for (int i = 2; i < answer.size(); i++) {
          events.add(answer.bytes(i));
        }
        yield new Reply.Ok(answer.number(1), events);
      }
      case "incomplete" -> new Reply.Incomplete(answer.number(1));
      case "absent" -> new Reply.Absent();
      default -> throw answer.unexpected();
    };
  }
}

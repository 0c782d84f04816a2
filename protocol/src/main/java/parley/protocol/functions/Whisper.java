package parley.protocol.functions;

import java.util.List;
import parley.protocol.Ephemeral;
import parley.protocol.ErrorCode;
import parley.protocol.RoomKeys;

/** A user's ephemeral event for a room, by right of writing there: see whisper.lua. */
public final class Whisper {
  public static final String NAME = "parley_whisper";

  private Whisper() {}

  public sealed interface Reply {
    record Ok() implements Reply {}

    /**
     * @param retryAfterMs when the right may be back; 0 not known, -1 never by itself
     */
    record Denied(ErrorCode code, long retryAfterMs) implements Reply {}

    record Closed(String fence) implements Reply {}

    record Absent() implements Reply {}
  }

  /**
   * @param admin whether the user lacks no right anywhere
   */
  public static FunctionCall call(RoomKeys room, String user, boolean admin, Ephemeral event) {
    return new FunctionCall(
        NAME,
        List.of(room.shard().shard(), room.hash(), room.members()),
        Append.withAdmin(admin, List.of(user, event.encode())));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> new Reply.Ok();
      case "denied" -> {
        ErrorCode code = ErrorCode.of(answer.text(1));
        if (code == null) {
          throw answer.unexpected();
        }
        yield new Reply.Denied(code, answer.number(2));
      }
      case "closed" -> new Reply.Closed(answer.text(1));
      case "absent" -> new Reply.Absent();
      default -> throw answer.unexpected();
    };
  }
}

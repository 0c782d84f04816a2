package parley.protocol.functions;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.ErrorCode;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;

/** A user enters a room: right and head in one instant, see enter.lua. Writes nothing. */
public final class Enter {
  public static final String NAME = "parley_enter";

  private Enter() {}

  public sealed interface Reply {
    /**
     * @param pos the instant of entering: later events have a greater pos, earlier ones a lesser
     * @param version of the room's rights
     */
    record Ok(long head, long pos, RoomKind kind, MemberState state, long epoch, long version)
        implements Reply {}

    record Denied(ErrorCode code, long retryAfterMs) implements Reply {}

    record Closed(String fence) implements Reply {}

    record Absent() implements Reply {}
  }

  public static FunctionCall call(RoomKeys room, String user) {
    return call(room, user, false);
  }

  /**
   * @param admin whether no room is closed to the user
   */
  public static FunctionCall call(RoomKeys room, String user, boolean admin) {
    return new FunctionCall(
        NAME,
        List.of(room.shard().shard(), room.hash(), room.members()),
        Append.withAdmin(admin, List.of(user)));
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return switch (answer.word()) {
      case "ok" -> ok(answer);
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

  private static Reply ok(Answer answer) {
    @Nullable RoomKind kind = RoomKind.of(answer.text(3));
    @Nullable Role role = Role.of(answer.text(4));
    if (kind == null || role == null) {
      throw answer.unexpected();
    }
    return new Reply.Ok(
        answer.number(1),
        answer.number(2),
        kind,
        new MemberState(role, answer.number(7), answer.number(8)),
        answer.number(5),
        answer.number(6));
  }
}

package parley.protocol.functions;

import java.util.List;
import parley.protocol.RoomKeys;

/**
 * A user has read a room up to a seq: a log entry without a number, and an ephemeral event: see
 * mark.lua.
 */
public final class Mark {
  public static final String NAME = "parley_mark";

  private Mark() {}

  /**
   * Answers {@link AppendReply.Closed}, {@link AppendReply.Absent}, {@link AppendReply.Denied},
   * {@link AppendReply.Full}, or Ok with the seq, 0, the pos of the log entry and ts.
   *
   * @param admin whether no room is closed to the user
   * @param ephemeral what is published, {@code Ephemeral.encode()}
   */
  public static FunctionCall call(
      RoomKeys room, String user, boolean admin, long seq, String ephemeral) {
    return new FunctionCall(
        NAME,
        List.of(room.shard().shard(), room.shard().log(), room.hash(), room.members()),
        Append.withAdmin(admin, List.of(room.room(), user, Long.toString(seq), ephemeral)));
  }

  public static AppendReply reply(List<?> reply) {
    return AppendReply.parse(NAME, reply);
  }
}

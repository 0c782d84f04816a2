package parley.protocol.functions;

import java.util.ArrayList;
import java.util.List;
import parley.protocol.RoomKeys;
import parley.protocol.ShardKeys;

/** Heads of rooms of one shard, and how the shard stands: see heads.lua. Writes nothing. */
public final class Heads {
  public static final String NAME = "parley_heads";

  private Heads() {}

  /**
   * Head of a room: seq and pos of its last event; both 0 if it has none or Redis does not know the
   * room.
   */
  public record Head(long seq, long pos) {}

  /**
   * @param fence of this Redis now
   * @param open whether the shard is open under it
   * @param openedUnder the fence that it was last opened under; empty if never
   * @param epoch the last one that this Redis knows of, 0 if none
   * @param lastPos pos of the last entry ever put into the log, 0 if none
   * @param rooms in the order asked for
   */
  public record Reply(
      boolean open,
      String fence,
      String openedUnder,
      long epoch,
      long stored,
      long lastPos,
      List<Head> rooms) {}

  /**
   * @param rooms of this shard, at most {@code Limits.HEADS_ROOMS_MAX}
   */
  public static FunctionCall call(ShardKeys shard, List<RoomKeys> rooms) {
    List<String> keys = new ArrayList<>(rooms.size() + 2);
    keys.add(shard.shard());
    keys.add(shard.log());
    rooms.forEach(room -> keys.add(room.hash()));
    return new FunctionCall(NAME, keys, List.of());
  }

  public static Reply reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    List<Head> heads = new ArrayList<>();
    for (int i = 6; i + 1 < answer.size(); i += 2) {
      heads.add(new Head(answer.number(i), answer.number(i + 1)));
    }
    return new Reply(
        answer.word().equals("open"),
        answer.text(1),
        answer.text(2),
        answer.number(3),
        answer.number(4),
        answer.number(5),
        List.copyOf(heads));
  }
}

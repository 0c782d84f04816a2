package parley.gateway.room;

import io.vertx.core.Promise;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A feed's members on one loop, in an array without holes. Loop thread only, but for {@link #feed}.
 *
 * <p>A run of events may be written to the members over several turns of the loop. Meanwhile {@link
 * #cursor} parts those who have it from those who do not, and removing keeps it so.
 */
final class Share {
  final Loop loop;
  final String channel;

  /** The room, or null if this is a channel without durable events. */
  final @Nullable String room;

  /** The room as it stands in a {@link Place}. */
  final int mark;

  /** Completes when the channel is subscribed and its events come to this loop. */
  final Promise<Void> attached;

  Member[] members = new Member[2];
  int size;
  int cursor;

  /** The last event that this loop has written or begun to write; 0 if none. */
  long lastSeq;

  /**
   * Where the room's chain began after this share was attached, with the answer that arrived first:
   * who entered earlier has a lower head, and looks up what lies between. 0 if the chain was there.
   */
  long begunSeq;

  /** The highest {@code from} of a member: runs behind it need no look at each member's. */
  long gateSeq;

  /** The room repairs. */
  boolean held;

  /** The loop is so far behind that events of this share were not put into its inbox. */
  boolean overrun;

  /** The room's chain has begun, as far as this loop has come. */
  boolean started;

  /** Bus thread only. */
  @Nullable Feed feed;

  Share(Loop loop, String channel, @Nullable String room) {
    this.loop = loop;
    this.channel = channel;
    this.room = room;
    this.mark = room == null ? 0 : Place.mark(room);
    this.attached = loop.promise();
  }

  boolean isHeld() {
    return held || overrun;
  }

  void add(Member member) {
    if (size == members.length) {
      members = Arrays.copyOf(members, size * 2);
    }
    member.index = size;
    members[size++] = member;
  }

  void remove(Member member) {
    int hole = member.index;
    if (hole >= size || members[hole] != member) {
      return;
    }
    if (hole < cursor) {
      cursor--;
      move(cursor, hole);
      hole = cursor;
    }
    size--;
    move(size, hole);
    members[size] = null;
    if (members.length > 8 && size < members.length / 4) {
      members = Arrays.copyOf(members, members.length / 2);
    }
  }

  private void move(int from, int to) {
    Member moved = members[from];
    members[to] = moved;
    moved.index = to;
  }
}

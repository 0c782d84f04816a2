package parley.gateway.room;

import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.protocol.User;

/**
 * What one client hears: its rooms, in bus order, with nothing withheld. Every method is called on
 * the loop's thread, and futures complete there.
 *
 * <p>While one of its rooms repairs, while it joins, and while its outlet takes no more, a hearing
 * is held as a whole and then carried on by a merge over its rooms in {@code pos} order: the last
 * event that a client has is always a complete position.
 */
// Behaviour follows.
@SuppressWarnings("DoNotCallSuggester")
public final class Hearing {
  private Hearing() {}

  public static Hearing open(Loop loop, Outlet outlet) {
    throw new UnsupportedOperationException();
  }

  /** Also hears what is published to this user, and to everyone. Once per hearing. */
  public Future<Void> hearUser(String userId) {
    throw new UnsupportedOperationException();
  }

  /** {@link #join(String, User, Long, Function)} with nothing to do before the first live event. */
  public Future<Joined> join(String room, User user, @Nullable Long after) {
    return join(room, user, after, joined -> Future.succeededFuture());
  }

  /**
   * Begins to hear a room; every event after the answer's head is heard, once. Joining again
   * answers anew from {@code after}. Fails with {@link parley.gateway.bus.Refused}.
   *
   * @param after last seq that the client has, to get what it missed in the answer; null for
   *     nothing of the past
   * @param admit what must be done before the first live event is written: a record of the join,
   *     the ack. The hearing is held until its future completes; a failure undoes the join.
   */
  public Future<Joined> join(
      String room, User user, @Nullable Long after, Function<Joined, Future<?>> admit) {
    throw new UnsupportedOperationException();
  }

  /** Hears the room no longer, from now on. */
  public void leave(String room) {
    throw new UnsupportedOperationException();
  }

  public boolean hears(String room) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes over where a client was: enters its rooms anew (rights are asked again) and writes what
   * it missed, each room from the higher of {@code pos} and its own join. When the future completes
   * the missed events are written and no live one is: what the handler writes in that turn stands
   * between them. On {@link Resumed.Unproved} the hearing has no rooms.
   *
   * @param pos complete position of the client; 0 if it has heard nothing yet
   * @param joinPosByRoom the {@link Joined#pos()} of each of its rooms
   */
  public Future<Resumed> resume(User user, long pos, Map<String, Long> joinPosByRoom) {
    throw new UnsupportedOperationException();
  }

  /** Every durable event up to this {@code pos} in its rooms has been written. */
  public long position() {
    throw new UnsupportedOperationException();
  }

  /** The outlet takes more again. */
  public void drained() {
    throw new UnsupportedOperationException();
  }

  /** The end: nothing is written any more. */
  public void close() {
    throw new UnsupportedOperationException();
  }
}

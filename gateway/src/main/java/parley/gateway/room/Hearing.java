package parley.gateway.room;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Speaker;
import parley.protocol.ErrorCode;
import parley.protocol.RedisKeys;
import parley.protocol.User;

/**
 * What one client hears: its rooms, in bus order, with nothing withheld. Every method is called on
 * the loop's thread, and futures complete there.
 *
 * <p>While one of its rooms repairs, while it joins, and while its outlet takes no more, a hearing
 * is held as a whole and then carried on by a merge over its rooms in {@code pos} order: the last
 * event that a client has is always a complete position.
 */
public final class Hearing {
  private static final User NOBODY = new User("", "");

  private final Loop loop;
  private final Outlet outlet;
  private final List<Member> members = new ArrayList<>(2);

  /** How many reasons there are to be held: joins under way, rooms that repair. */
  private int holds;

  private boolean lagging;
  private boolean carrying;
  private boolean live = true;
  private boolean closed;

  /** While it is not live: up to where it has everything. */
  private long position;

  /** Belongs to the loop: it has been written to in this turn. */
  boolean touched;

  private Hearing(Loop loop, Outlet outlet) {
    this.loop = loop;
    this.outlet = outlet;
  }

  public static Hearing open(Loop loop, Outlet outlet) {
    return new Hearing(loop, outlet);
  }

  /** Also hears what is published to this user, and to everyone. Once per hearing. */
  public Future<Void> hearUser(String userId) {
    Member own = listen(loop.rooms().keys().userChannel(userId));
    Member all = listen(RedisKeys.CONTROL);
    return Future.all(own.share.attached.future(), all.share.attached.future()).mapEmpty();
  }

  private Member listen(String channel) {
    Member member = new Member(this, loop.share(channel, null), NOBODY, false);
    add(member);
    return member;
  }

  /**
   * {@link #join(String, Speaker, Long, Function)} with nothing to do before the first live event.
   */
  public Future<Joined> join(String room, Speaker speaker, @Nullable Long after) {
    return join(room, speaker, after, joined -> Future.succeededFuture());
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
      String room, Speaker speaker, @Nullable Long after, Function<Joined, Future<?>> admit) {
    if (closed) {
      return Future.failedFuture(Refused.of(ErrorCode.UNAVAILABLE, "the session has ended"));
    }
    return new Joining(this, room, speaker, after, admit).begin();
  }

  /** Hears the room no longer, from now on. */
  public void leave(String room) {
    Member member = member(room);
    if (member != null) {
      remove(member);
    }
  }

  public boolean hears(String room) {
    Member member = member(room);
    return member != null && !member.pending;
  }

  /**
   * Takes over where a client was: enters its rooms anew (rights are asked again) and writes what
   * it missed, each room from the higher of {@code place} and its own join. When the future
   * completes the missed events are written and no live one is: what the handler writes in that
   * turn stands between them. On {@link Resumed.Unproved} the hearing has no rooms, nor when the
   * future fails: then a room could not be asked at present, and a later attempt may succeed.
   *
   * @param place of the client
   * @param joinPosByRoom the {@link Joined#pos()} of each of its rooms
   */
  public Future<Resumed> resume(Speaker speaker, Place place, Map<String, Long> joinPosByRoom) {
    return new Resuming(this, speaker, place, joinPosByRoom).begin();
  }

  /** Every durable event up to this {@code pos} in its rooms has been written. */
  public long position() {
    return live ? loop.position() : position;
  }

  /** The outlet takes more again. */
  public void drained() {
    if (lagging && !closed) {
      lagging(false);
      settle();
    }
  }

  /** The end: nothing is written any more. */
  public void close() {
    if (!closed) {
      closed = true;
      live = false;
      lagging(false);
      while (!members.isEmpty()) {
        remove(members.getLast());
      }
    }
  }

  Loop loop() {
    return loop;
  }

  Outlet outlet() {
    return outlet;
  }

  boolean live() {
    return live;
  }

  boolean lagging() {
    return lagging;
  }

  boolean closed() {
    return closed;
  }

  @Nullable Member member(String room) {
    for (Member member : members) {
      if (room.equals(member.share.room)) {
        return member;
      }
    }
    return null;
  }

  boolean has(Member member) {
    return members.contains(member);
  }

  /** A new member of a room, to which nothing is written until it is admitted. */
  Member enlist(String room, User user) {
    Member member =
        new Member(this, loop.share(loop.rooms().keys().room(room).channel(), room), user, true);
    add(member);
    return member;
  }

  private void add(Member member) {
    members.add(member);
    member.share.add(member);
    if (member.share.isHeld()) {
      hold();
    }
  }

  void remove(Member member) {
    if (members.remove(member)) {
      member.share.remove(member);
      if (member.share.isHeld()) {
        release();
      }
      loop.dropIfEmpty(member.share);
    }
  }

  /** The user may hear the room no longer. */
  void end(Member member, Ended why) {
    String room = member.share.room;
    remove(member);
    if (room != null) {
      outlet.ended(room, why);
    }
  }

  void hold() {
    holds++;
    freeze(loop.position());
  }

  void release() {
    holds--;
    settle();
  }

  /** The outlet took no more; it has everything up to this pos. */
  void lag(long pos) {
    lagging(true);
    freeze(pos);
  }

  private void lagging(boolean now) {
    if (lagging != now) {
      lagging = now;
      loop.rooms().meters().lagging(now ? 1 : -1);
    }
  }

  private void freeze(long pos) {
    if (live) {
      live = false;
      position = Math.max(position, pos);
    }
  }

  /** Goes live, or has what it missed looked up. */
  void settle() {
    settle(System.nanoTime() + CatchUp.HELD_MAX.toNanos());
  }

  private void settle(long untilNanos) {
    if (closed || live || holds > 0 || lagging || carrying) {
      return;
    }
    boolean nothing = true;
    for (Member member : members) {
      nothing &= member.withheld == Member.NONE;
    }
    if (nothing) {
      live = true;
      return;
    }
    carrying = true;
    List<Slice.Ask> asks = new ArrayList<>();
    for (Member member : members) {
      if (member.share.room != null && !member.pending) {
        asks.add(new Slice.Ask(member, member.share, member.heard()));
      }
    }
    loop.rooms().carryOn(loop, asks, position, untilNanos, slices -> carried(slices, untilNanos));
  }

  /** Comes in the loop's order: what was fed before is in the slices. */
  private void carried(@Nullable List<Slice> slices, long untilNanos) {
    carrying = false;
    if (closed || holds > 0 || lagging) {
      return; // asked again when that is over
    }
    if (slices == null
        || slices.stream().anyMatch(s -> has(s.member()) && s.member().heard() < s.after())) {
      settle(untilNanos);
      return;
    }
    Merge merge = new Merge(this, slices);
    if (!merge.write(position, true)) {
      position = merge.position();
      lagging(true);
      return;
    }
    position = merge.position();
    settle();
  }
}

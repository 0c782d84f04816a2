package parley.gateway.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.EventHead;
import parley.protocol.EventType;
import parley.protocol.RoomKeys;
import parley.protocol.Seq;
import parley.protocol.functions.Forget;
import parley.protocol.functions.Heads;

/**
 * A room as its node hears it: the chain of its events, checked link by link. A missing link makes
 * it repair; until that is done what arrives waits here and everyone in the room is held. Bus
 * thread only.
 */
final class Room extends Feed {
  /** Events that wait for a repair; when there are more the repair fetches them too. */
  static final int BACKLOG_MAX = 4_096;

  /** Events that wait until the first member has entered; what is more is looked up then. */
  static final int EARLY_MAX = 256;

  static final long UNKNOWN = -1;

  final RoomKeys keys;
  final Ring ring = new Ring();
  private long last = UNKNOWN;
  private long lastPos;
  private final ArrayDeque<Event> backlog = new ArrayDeque<>();
  private @Nullable Repair repair;

  /** The subscription is interrupted: what was missed is not known yet. */
  private boolean deaf;

  /** The subscription was interrupted before the chain began. */
  private boolean interrupted;

  private boolean held;
  private final List<Runnable> whenSteady = new ArrayList<>();

  Room(Rooms rooms, RoomKeys keys) {
    super(rooms, keys.channel());
    this.keys = keys;
  }

  /** Seq of the last event heard, or {@link #UNKNOWN}. */
  long last() {
    return last;
  }

  long lastPos() {
    return lastPos;
  }

  /** Whether nothing is known to be missing. */
  boolean isSteady() {
    return !held;
  }

  boolean isRepairing() {
    return repair != null;
  }

  boolean isDeaf() {
    return deaf;
  }

  /**
   * The first member has entered: the chain begins here, if it has not yet. True if the
   * subscription was interrupted before, so that heads must be compared.
   */
  boolean started(long head, long pos) {
    if (last != UNKNOWN) {
      return false;
    }
    last = head;
    lastPos = pos;
    ring.start(head, head == 0 ? 0 : pos);
    signal(share -> share.begunSeq = head);
    if (interrupted) {
      deaf = true;
      hold();
    }
    takeWaiting();
    return interrupted;
  }

  @Override
  void heard(byte[] payload, long nowNanos) {
    if (!EventHead.isDurable(payload)) {
      Long forgotten = Forget.published(payload);
      if (forgotten == null) {
        whisper(payload);
      } else {
        ring.forget(forgotten);
      }
      return;
    }
    Event event = Event.parse(payload, nowNanos);
    if (event == null) {
      rooms.meters().unreadable();
    } else if (repair != null) {
      wait(event, BACKLOG_MAX);
    } else if (last == UNKNOWN) {
      wait(event, EARLY_MAX); // what came before it may have been missed: the head will tell
    } else {
      take(event);
    }
  }

  private void wait(Event event, int max) {
    if (backlog.size() < max) {
      backlog.add(event);
    }
  }

  private void takeWaiting() {
    while (repair == null && !backlog.isEmpty()) {
      take(backlog.poll());
    }
  }

  private void take(Event event) {
    if (event.prev == last) {
      accept(event);
    } else if (event.seq > last) {
      if (event.prev < last && Seq.epoch(event.seq) > Seq.epoch(last)) {
        withdraw(event.prev);
        accept(event);
      } else {
        backlog.add(event);
        repair(event.prev, event.pos - 1);
      }
    } // else it was heard before: a repair was faster than its publication
  }

  /** The next link of the chain. */
  void accept(Event event) {
    last = event.seq;
    lastPos = event.pos;
    rooms.seen(event.pos);
    ring.add(event, event.receivedNanos);
    if (event.is(EventType.DELETED)) {
      ring.redact(Redaction.target(event));
    }
    tell(event);
  }

  /** What was heard behind this seq is in no log any more: a new epoch began without it. */
  void withdraw(long back) {
    Gap gap = new Gap(keys.room(), back, last, ring.truncate(back));
    if (ring.floorSeq() > back) {
      ring.start(back, lastPos);
    }
    last = back;
    rooms.meters().withdrawn();
    signal(share -> share.loop.gap(share, gap, true));
  }

  /** Looks for what is missing up to this seq and pos, at least. */
  void repair(long target, long targetPos) {
    if (repair == null) {
      hold();
      repair = new Repair(this, target, targetPos);
      repair.begin();
    }
  }

  /** The repair has put back what it could; on with what came meanwhile. */
  void repaired() {
    repair = null;
    takeWaiting();
    settle();
  }

  /**
   * The events up to {@code target} cannot be had: everyone is told, and the chain goes on behind
   * it.
   */
  void giveUp(long target, long pos) {
    Gap gap = new Gap(keys.room(), last, target, List.of());
    last = target;
    lastPos = pos;
    ring.start(target, pos);
    signal(share -> share.loop.gap(share, gap, false));
    repaired();
  }

  /** The first event that waits, or null. */
  @Nullable Event firstWaiting() {
    return backlog.peek();
  }

  /** From here on events may be missed. */
  void deafen() {
    if (confirmed && last != UNKNOWN) {
      deaf = true;
      hold();
    } else {
      interrupted = true;
    }
  }

  /** The head in Redis is known again, at a moment after the subscription was restored. */
  void compared(Heads.Head head, long epoch) {
    deaf = false;
    if (repair == null && head.seq() > last) {
      repair(head.seq(), head.pos());
    } else if (repair == null && head.seq() != 0 && head.seq() < last && epoch > Seq.epoch(last)) {
      withdraw(head.seq());
    }
    settle();
  }

  private void settle() {
    if (held && repair == null && !deaf) {
      held = false;
      signal(share -> share.loop.release(share));
      List<Runnable> waiters = List.copyOf(whenSteady);
      whenSteady.clear();
      waiters.forEach(Runnable::run);
    }
  }

  /** Runs it now, or as soon as nothing is known to be missing. */
  void whenSteady(Runnable action) {
    if (held) {
      whenSteady.add(action);
    } else {
      action.run();
    }
  }

  private void hold() {
    if (!held) {
      held = true;
      signal(share -> share.loop.hold(share));
    }
  }

  @Override
  void welcome(Share share) {
    if (held) {
      rooms.signal(share.loop, () -> share.loop.hold(share));
    }
    super.welcome(share);
  }

  /** Given up: a repair under way finds nobody any more. */
  void close() {
    if (repair != null) {
      repair.cancel();
      repair = null;
    }
    backlog.clear();
    List<Runnable> waiters = List.copyOf(whenSteady);
    whenSteady.clear();
    waiters.forEach(Runnable::run);
  }
}

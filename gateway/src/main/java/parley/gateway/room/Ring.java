package parley.gateway.room;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.Limits;

/**
 * The last events of a room, an unbroken chain. It keeps {@link Limits#RING_EVENTS} and in any case
 * what came within {@link Limits#RING_AGE_MIN}, up to {@link #EVENTS_MAX} and {@link #BYTES_MAX}.
 * Bus thread only.
 */
final class Ring {
  /** However fast events come. */
  static final int EVENTS_MAX = 8_192;

  static final long BYTES_MAX = 4L * 1024 * 1024;

  /** How long events that were called back stay: those who wait for the same come together. */
  static final long RECALLED_NANOS = 10_000_000_000L;

  private static final long AGE_MIN_NANOS = Limits.RING_AGE_MIN.toNanos();

  private Event[] events = new Event[8];
  private int first;
  private int size;
  private long bytes;
  private long floorSeq;
  private long floorPos;
  private long recalledUntilNanos = Long.MIN_VALUE;

  /** What came before this pos is past the room's retention. */
  private long forgottenBefore;

  /** Empties it: the chain begins behind this seq; every later event has a pos above this one. */
  void start(long seq, long pos) {
    events = new Event[8];
    first = 0;
    size = 0;
    bytes = 0;
    floorSeq = seq;
    floorPos = pos;
  }

  void add(Event event, long nowNanos) {
    if (size == events.length) {
      grow();
    }
    events[(first + size++) & (events.length - 1)] = event;
    bytes += event.json.length;
    while (size > 1 && (size > EVENTS_MAX || bytes > BYTES_MAX || isOld(nowNanos))) {
      evict();
    }
  }

  private boolean isOld(long nowNanos) {
    if (size <= Limits.RING_EVENTS) {
      return false;
    }
    boolean recalled = nowNanos - recalledUntilNanos < 0 && recalledUntilNanos != Long.MIN_VALUE;
    return !recalled && nowNanos - get(0).receivedNanos > AGE_MIN_NANOS;
  }

  private void evict() {
    Event gone = get(0);
    events[first] = null;
    first = (first + 1) & (events.length - 1);
    size--;
    bytes -= gone.json.length;
    floorSeq = gone.seq;
    floorPos = gone.pos;
  }

  /**
   * Puts older events before its own, if they join without a break. Gives those that retention has
   * not removed since they were read.
   */
  List<Event> recall(List<Event> older, long nowNanos) {
    List<Event> chain = kept(older);
    int end = chain.size();
    while (end > 0 && chain.get(end - 1).seq > floorSeq) {
      end--;
    }
    if (end == 0 || chain.get(end - 1).seq != floorSeq) {
      return chain;
    }
    List<Event> own = all();
    start(chain.get(0).prev, chain.get(0).prev == 0 ? 0 : chain.get(0).pos - 1);
    chain.subList(0, end).forEach(this::put);
    own.forEach(this::put);
    recalledUntilNanos = nowNanos + RECALLED_NANOS;
    return chain;
  }

  private void put(Event event) {
    if (size == events.length) {
      grow();
    }
    events[(first + size++) & (events.length - 1)] = event;
    bytes += event.json.length;
  }

  /** A message was deleted: takes what it said out of it and out of its edits. */
  void redact(long target) {
    for (int i = indexAfter(target - 1); i < size; i++) {
      Event before = get(i);
      Event after = Redaction.of(before, target);
      events[(first + i) & (events.length - 1)] = after;
      bytes += after.json.length - before.json.length;
    }
  }

  /** Retention: what came before this pos goes. */
  void forget(long beforePos) {
    forgottenBefore = Math.max(forgottenBefore, beforePos);
    while (size > 0 && get(0).pos < beforePos) {
      evict();
    }
  }

  private List<Event> kept(List<Event> chain) {
    int from = 0;
    while (from < chain.size() && chain.get(from).pos < forgottenBefore) {
      from++;
    }
    return chain.subList(from, chain.size());
  }

  /** Forgets what came behind this seq, and tells which. */
  List<Long> truncate(long seq) {
    List<Long> gone = new ArrayList<>();
    while (size > 0 && get(size - 1).seq > seq) {
      Event last = get(--size);
      events[(first + size) & (events.length - 1)] = null;
      bytes -= last.json.length;
      gone.add(0, last.seq);
    }
    return gone;
  }

  /** The events behind a seq, at most so many; null if the ring does not reach back to it. */
  @Nullable List<Event> after(long seq, int max) {
    return seq < floorSeq ? null : copy(indexAfter(seq), max);
  }

  /** The events behind a pos; null if the ring does not reach back to it. */
  @Nullable List<Event> afterPos(long pos, int max) {
    if (pos < floorPos) {
      return null;
    }
    int at = size;
    while (at > 0 && get(at - 1).pos > pos) {
      at--;
    }
    return copy(at, max);
  }

  private List<Event> copy(int from, int max) {
    int count = Math.min(size - from, max);
    List<Event> copy = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      copy.add(get(i));
    }
    return copy;
  }

  private int indexAfter(long seq) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).seq <= seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  List<Event> all() {
    return copy(0, size);
  }

  int size() {
    return size;
  }

  /** Seq of the last event that it does not hold. */
  long floorSeq() {
    return floorSeq;
  }

  private Event get(int i) {
    return events[(first + i) & (events.length - 1)];
  }

  private void grow() {
    Event[] larger = new Event[events.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = get(i);
    }
    events = larger;
    first = 0;
  }
}

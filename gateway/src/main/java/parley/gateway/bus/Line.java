package parley.gateway.bus;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import parley.chassis.redis.Functions;
import parley.protocol.RoomKeys;
import parley.protocol.functions.Append;

/**
 * One room's appends in the order in which they were asked for. Usually they go straight out; while
 * one must be tried again all others wait behind it. Thread of its lane only.
 *
 * <p>Several are under way at once only while the epoch is known that the shard is open under, and
 * each names it: so when one is refused because the shard is closed, those behind it are refused
 * too, even if another node opens the shard between the two. Without it the first goes alone.
 */
final class Line {
  /** A room in which nobody wrote for so long may have left Redis: the next one goes alone. */
  private static final Duration EPOCH_KNOWN = Duration.ofHours(1);

  final RoomKeys keys;
  int inFlight;

  /** What stands in the way is being dealt with; or a pause. */
  boolean curing;

  private long epoch = Append.ANY_EPOCH;
  private long usedNanos;
  private ArrayDeque<Call> waiting = new ArrayDeque<>(2);

  Line(RoomKeys keys) {
    this.keys = keys;
  }

  /** An append that is to be answered. */
  static final class Call {
    final long order;
    final Speaker user;
    final Append.Key key;
    final String tailJson;
    final Promise<Appended> promise;
    final long startedNanos = System.nanoTime();

    /** It was sent once without an answer. */
    boolean uncertain;

    private boolean sent;

    Call(long order, Speaker user, Append.Key key, String tailJson, Promise<Appended> promise) {
      this.order = order;
      this.user = user;
      this.key = key;
      this.tailJson = tailJson;
      this.promise = promise;
    }
  }

  /** New calls must wait. */
  boolean isHeldUp() {
    return curing || !waiting.isEmpty() || (inFlight > 0 && epoch() == Append.ANY_EPOCH);
  }

  /** The command that tries this call under the epoch that is known. */
  Request request(Call call) {
    Append.Key key = call.key;
    if (!call.sent && key instanceof Append.Key.Own own) {
      key = new Append.Key.Own(own.key(), true);
    }
    call.sent = true;
    epoch = epoch();
    usedNanos = System.nanoTime();
    return Functions.request(
        Append.user(keys, call.user.id(), call.user.admin(), key, call.tailJson, epoch));
  }

  /** The shard was open under this epoch a moment ago. */
  void isOpenUnder(long known) {
    epoch = known;
  }

  /** Something stood in the way, and what the room's place is afterwards nobody knows yet. */
  void isUncertain() {
    epoch = Append.ANY_EPOCH;
  }

  private long epoch() {
    return System.nanoTime() - usedNanos < EPOCH_KNOWN.toNanos() ? epoch : Append.ANY_EPOCH;
  }

  boolean isIdle() {
    return inFlight == 0 && !isHeldUp();
  }

  /** Whether some of those that wait can be sent now: nothing that went before is under way. */
  boolean canGoOn() {
    return !curing && inFlight == 0 && !waiting.isEmpty();
  }

  /** In its place: one that was sent may come back behind one that came later. */
  void insert(Call call) {
    if (waiting.isEmpty() || waiting.peekLast().order < call.order) {
      waiting.addLast(call);
      return;
    }
    ArrayDeque<Call> sorted = new ArrayDeque<>(waiting.size() + 1);
    boolean placed = false;
    for (Call other : waiting) {
      if (!placed && other.order > call.order) {
        sorted.add(call);
        placed = true;
      }
      sorted.add(other);
    }
    waiting = sorted;
  }

  /** Those that can be sent now: all, or the first one alone. */
  List<Call> takeNext() {
    return epoch() == Append.ANY_EPOCH ? List.of(waiting.removeFirst()) : takeAll();
  }

  /**
   * Those of a user that wait although a later one of his has been accepted: appended now they
   * would stand in the wrong order.
   */
  List<Call> takeOvertaken(Call accepted) {
    List<Call> overtaken = new ArrayList<>();
    waiting.removeIf(
        call ->
            call.order < accepted.order
                && call.user.id().equals(accepted.user.id())
                && overtaken.add(call));
    return overtaken;
  }

  /** All that wait. */
  List<Call> takeAll() {
    List<Call> all = new ArrayList<>(waiting);
    waiting.clear();
    return all;
  }

  /** Those that have waited for too long. */
  List<Call> takeOlderThan(long startedNanos) {
    List<Call> old = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.peekFirst().startedNanos - startedNanos < 0) {
      old.add(waiting.pollFirst());
    }
    return old;
  }
}

package parley.gateway.bus;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import parley.protocol.RoomKeys;

/**
 * One room's appends in the order in which they were asked for. Usually they go straight out; while
 * one must be tried again all others wait behind it. Thread of its lane only.
 */
final class Line {
  /** Appends of one room that wait at most; more are refused. */
  static final int WAITING_MAX = 10_000;

  final RoomKeys keys;
  int inFlight;

  /** What stands in the way is being dealt with; or a pause. */
  boolean curing;

  private ArrayDeque<Call> waiting = new ArrayDeque<>(2);

  Line(RoomKeys keys) {
    this.keys = keys;
  }

  /** An append that is to be answered. */
  static final class Call {
    final long order;
    final String user;
    final Request request;
    final Promise<Appended> promise;
    final long startedNanos = System.nanoTime();

    /** It was sent once without an answer. */
    boolean uncertain;

    Call(long order, String user, Request request, Promise<Appended> promise) {
      this.order = order;
      this.user = user;
      this.request = request;
      this.promise = promise;
    }
  }

  /** New calls must wait. */
  boolean isHeldUp() {
    return curing || !waiting.isEmpty();
  }

  boolean isFull() {
    return waiting.size() >= WAITING_MAX;
  }

  boolean isIdle() {
    return inFlight == 0 && !isHeldUp();
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

  /** All that wait, to be sent now. */
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

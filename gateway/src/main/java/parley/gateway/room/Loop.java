package parley.gateway.room;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Lane;

/** One event loop of the node with the members that live on it. */
public final class Loop {
  /** How long one turn writes before it lets others have the loop. */
  private static final long TURN_NANOS = 2_000_000;

  /** System calls between two looks at the clock. */
  private static final int FLUSHES = 16;

  private final int index;
  private final Lane lane;
  private final Rooms rooms;
  private final Inbox inbox;
  private final RoomMeters meters;

  // All of what follows: loop thread only.
  private final Map<String, Share> shares = new HashMap<>();
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private @Nullable Pass pass;
  private Hearing[] touched = new Hearing[64];
  private int touchedCount;

  /** Those before it have been flushed. */
  private int flushedCount;

  private long oldestNanos;
  private long oldestTs;
  private boolean finishedAny;
  private long position;

  /** Durable events written to members. */
  long deliveries;

  /** Ephemeral events not written because a client took no more. */
  long skipped;

  Loop(int index, Lane lane, Rooms rooms, RoomMeters meters) {
    this.index = index;
    this.lane = lane;
    this.rooms = rooms;
    this.meters = meters;
    this.inbox = new Inbox(this::schedule);
  }

  public int index() {
    return index;
  }

  public Context context() {
    return lane.context();
  }

  /** This loop's commands to Redis. */
  public Lane lane() {
    return lane;
  }

  /** Its listeners, and its timeouts, run on this loop. */
  <T> Promise<T> promise() {
    return ((ContextInternal) context()).promise();
  }

  /** The same outcome on this loop, wherever it comes from. */
  <T> Future<T> here(Future<T> anywhere) {
    Promise<T> promise = promise();
    anywhere.onComplete(
        outcome -> {
          if (((ContextInternal) context()).inThread()) {
            promise.handle(outcome);
          } else {
            context().runOnContext(ignored -> promise.handle(outcome));
          }
        });
    return promise.future();
  }

  Rooms rooms() {
    return rooms;
  }

  Inbox inbox() {
    return inbox;
  }

  /** Every event up to this pos has been written to the live hearings of this loop. */
  long position() {
    return position;
  }

  /** The share of a channel, made and attached if this is its first member here. */
  Share share(String channel, @Nullable String room) {
    Share share = shares.get(channel);
    if (share == null) {
      Share made = new Share(this, channel, room);
      shares.put(channel, made);
      rooms.attach(made);
      share = made;
    }
    return share;
  }

  /** To be called after each removal. */
  void dropIfEmpty(Share share) {
    if (share.size == 0 && shares.remove(share.channel, share)) {
      rooms.detach(share);
    }
  }

  private void schedule() {
    context().runOnContext(ignored -> drain());
  }

  /**
   * One turn. Most of its time goes to the kernel, so what the last one left unflushed comes first.
   */
  private void drain() {
    long deadline = System.nanoTime() + TURN_NANOS;
    boolean idle = false;
    boolean unflushed = true;
    try {
      if (flush(deadline)) {
        do {
          idle = !step(deadline);
        } while (!idle && System.nanoTime() - deadline < 0);
        unflushed = !flush(deadline);
      }
    } finally {
      // Also when an outlet threw: the others have theirs to come.
      if (!idle || (unflushed && inbox.awaken())) {
        schedule();
      }
    }
  }

  /** False when there is nothing left to do. */
  private boolean step(long deadline) {
    if (pass != null) {
      if (pass.advance(deadline)) {
        pass = null;
      }
      return true;
    }
    if (queue.isEmpty()) {
      queue.addAll(inbox.take());
    }
    switch (queue.poll()) {
      case null -> {
        return false;
      }
      case Item.Told told -> pass = new Pass.Run(this, told.share(), join(told));
      case Item.Whispered whispered ->
          pass = new Pass.Aside(this, whispered.share(), whispered.whisper());
      case Item.Signal signal -> signal.action().run();
    }
    return true;
  }

  /**
   * The events of the same room that follow without another thing between them. One that ends
   * somebody's hearing is the last: what comes behind it is not for that user.
   */
  private List<Event> join(Item.Told first) {
    if (first.event().departure != null
        || !(queue.peek() instanceof Item.Told next)
        || next.share() != first.share()) {
      return List.of(first.event());
    }
    List<Event> joined = new ArrayList<>();
    joined.add(first.event());
    int bytes = first.event().json.length;
    while (joined.getLast().departure == null
        && queue.peek() instanceof Item.Told told
        && told.share() == first.share()
        && joined.size() < Pass.Run.EVENTS_MAX
        && bytes + told.event().json.length <= Pass.Run.BYTES_MAX) {
      joined.add(told.event());
      bytes += told.event().json.length;
      queue.poll();
    }
    return joined;
  }

  /** The share's room repairs: everyone in it is held. */
  void hold(Share share) {
    boolean before = share.isHeld();
    share.held = true;
    holds(share, before);
  }

  void release(Share share) {
    boolean before = share.isHeld();
    share.held = false;
    holds(share, before);
  }

  /** Events of the share are left out from here on, for this loop has too much to do. */
  void overrun(Share share) {
    boolean before = share.isHeld();
    share.overrun = true;
    holds(share, before);
  }

  /** On again: what was left out is looked up by each member. */
  void caughtUp(Share share, long prevOfFirst, long seqOfLast) {
    boolean before = share.isHeld();
    share.overrun = false;
    share.lastSeq = Math.max(share.lastSeq, seqOfLast);
    for (int i = 0; i < share.size; i++) {
      share.members[i].withhold(prevOfFirst, seqOfLast);
    }
    holds(share, before);
  }

  private static void holds(Share share, boolean before) {
    if (share.isHeld() != before) {
      for (int i = 0; i < share.size; i++) {
        if (before) {
          share.members[i].hearing.release();
        } else {
          share.members[i].hearing.hold();
        }
      }
    }
  }

  /**
   * Tells everyone of a hole in the room's past.
   *
   * @param withdrawn the hole is behind what they have heard, which is not true any more
   */
  void gap(Share share, Gap gap, boolean withdrawn) {
    share.lastSeq = withdrawn ? gap.after() : gap.head();
    share.gateSeq = withdrawn ? Math.min(share.gateSeq, gap.after()) : share.gateSeq;
    for (int i = 0; i < share.size; i++) {
      Member member = share.members[i];
      if (withdrawn) {
        member.from = Math.min(member.from, gap.after());
        member.withheld = Math.min(member.withheld, gap.after());
      }
      if (!member.pending && (withdrawn || member.from < gap.head())) {
        meters.gapTold();
        member.hearing.outlet().gap(gap);
        touch(member.hearing);
      }
    }
  }

  /** Called by a run that all members have had. */
  void finished(List<Event> events) {
    position = Math.max(position, events.getLast().pos);
    if (!finishedAny) {
      finishedAny = true;
      oldestNanos = events.getFirst().receivedNanos;
      oldestTs = events.getFirst().ts;
    }
  }

  /** To be flushed at the end of the turn. */
  void touch(Hearing hearing) {
    if (!hearing.touched) {
      hearing.touched = true;
      if (touchedCount == touched.length) {
        touched = Arrays.copyOf(touched, touchedCount * 2);
      }
      touched[touchedCount++] = hearing;
    }
  }

  /** Of those that are touched as many as there is time for; true when nobody is left. */
  private boolean flush(long deadlineNanos) {
    while (flushedCount < touchedCount) {
      int stop = Math.min(flushedCount + FLUSHES, touchedCount);
      while (flushedCount < stop) {
        Hearing hearing = touched[flushedCount];
        touched[flushedCount++] = null;
        hearing.touched = false;
        hearing.outlet().flush();
      }
      if (flushedCount < touchedCount && System.nanoTime() - deadlineNanos > 0) {
        return false;
      }
    }
    flushedCount = 0;
    touchedCount = 0;
    told();
    return true;
  }

  private void told() {
    if (finishedAny) {
      finishedAny = false;
      meters.fanOut(System.nanoTime() - oldestNanos, System.currentTimeMillis() - oldestTs);
    }
    meters.add(deliveries, skipped);
    deliveries = 0;
    skipped = 0;
  }
}

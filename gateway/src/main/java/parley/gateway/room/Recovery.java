package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what clients that recover have missed, in all their rooms at once: whole, or not at all.
 * Bus thread only.
 */
final class Recovery {
  /** How often it looks again at rooms that went on too fast, or began to repair. */
  private static final int TRIES_MAX = 3;

  private final Rooms rooms;

  Recovery(Rooms rooms) {
    this.rooms = rooms;
  }

  /** What one client needs of a room. */
  record Ask(Member member, Share share, long head, long enteredAt, long fromPos) {}

  /**
   * What a client is given.
   *
   * @param slices of its rooms in the order of the asks; null if they cannot be had whole
   * @param forNow whether they may be had another time
   */
  record Replay(@Nullable List<Slice> slices, boolean forNow) {}

  /**
   * All that a client has missed, or nothing.
   *
   * @param max events of all rooms together
   */
  void resume(Loop loop, List<Ask> asks, int max, Consumer<Replay> then) {
    long untilNanos = System.nanoTime() + Rooms.REPAIR_MAX.toNanos();
    resume(loop, asks, max, new Patience(TRIES_MAX, untilNanos), then);
  }

  /**
   * @param tries while the rooms go on too fast
   * @param untilNanos while the past cannot be asked for
   */
  private record Patience(int tries, long untilNanos) {
    Patience less() {
      return new Patience(tries - 1, untilNanos);
    }
  }

  private void resume(
      Loop loop, List<Ask> asks, int max, Patience patience, Consumer<Replay> then) {
    Map<Member, Past.Stretch> older = new HashMap<>();
    List<Future<?>> ready = new ArrayList<>();
    for (Ask ask : asks) {
      if (ask.share().feed instanceof Room room) {
        rooms.begin(room, ask.head(), ask.enteredAt());
        ready.add(
            older(room, ask.fromPos(), max)
                .onSuccess(
                    stretch -> {
                      if (stretch != null) {
                        older.put(ask.member(), stretch);
                      }
                    }));
      }
    }
    Future.join(ready)
        .onComplete(
            ignored -> {
              boolean steady =
                  asks.stream().allMatch(a -> !(a.share().feed instanceof Room r) || r.isSteady());
              List<Slice> slices = steady ? whole(asks, older, max) : null;
              boolean away = ready.stream().anyMatch(Future::failed);
              if (slices == null && away && System.nanoTime() - patience.untilNanos() < 0) {
                rooms.later(CatchUp.TRY_AGAIN_MS, () -> resume(loop, asks, max, patience, then));
              } else if (slices == null && !away && patience.tries() > 1) {
                resume(loop, asks, max, patience.less(), then);
              } else {
                rooms.signal(loop, () -> then.accept(new Replay(slices, away)));
              }
            });
  }

  /** What was missed as far as it is known now, at least up to the ring; null: not to be had. */
  private Future<Past.@Nullable Stretch> older(Room room, long fromPos, int max) {
    Promise<Void> steady = Promise.promise();
    room.whenSteady(steady::tryComplete);
    return steady
        .future()
        .compose(
            done -> {
              Past.Stretch own = inRing(room, fromPos, max);
              if (own != null) {
                rooms.meters().resumed(Page.Source.RING);
                return Future.succeededFuture(own);
              }
              return rooms.past().whole(room).compose(recent -> older(room, recent, fromPos, max));
            });
  }

  private static Past.@Nullable Stretch inRing(Room room, long fromPos, int max) {
    List<Event> events = room.ring.afterPos(fromPos, max + 1);
    if (events == null) {
      return null;
    }
    return new Past.Stretch(events, events.isEmpty() ? room.last() : events.getLast().seq);
  }

  private Future<Past.@Nullable Stretch> older(
      Room room, List<Event> recent, long fromPos, int max) {
    Past.Stretch recalled = inRing(room, fromPos, max);
    if (recalled == null
        && !recent.isEmpty()
        && recent.getLast().pos <= fromPos
        && recent.getLast().seq >= room.ring.floorSeq()) {
      recalled = new Past.Stretch(List.of(), recent.getLast().seq);
    }
    if (recalled == null) {
      return rooms.past().behindPos(room, fromPos, max);
    }
    rooms.meters().resumed(Page.Source.RECENT);
    return Future.succeededFuture(recalled);
  }

  private static @Nullable List<Slice> whole(
      List<Ask> asks, Map<Member, Past.Stretch> older, int max) {
    List<Slice> slices = new ArrayList<>();
    int total = 0;
    for (Ask ask : asks) {
      List<Event> events = missed(ask, older.get(ask.member()), max);
      if (events == null || !(ask.share().feed instanceof Room room)) {
        return null;
      }
      total += events.size();
      slices.add(new Slice(ask.member(), room.last(), events, true, null));
    }
    return total > max ? null : slices;
  }

  /** Null if it cannot be had whole, or the ring has meanwhile gone on beyond what was found. */
  private static @Nullable List<Event> missed(Ask ask, Past.@Nullable Stretch older, int max) {
    if (!(ask.share().feed instanceof Room room)) {
      return null;
    }
    List<Event> own = room.ring.afterPos(ask.fromPos(), max + 1);
    if (own != null || older == null || older.upTo() > room.last()) {
      return own;
    }
    List<Event> later = room.ring.after(older.upTo(), max + 1);
    if (later == null) {
      return null;
    }
    List<Event> missed = new ArrayList<>(older.events());
    missed.addAll(later);
    return missed;
  }
}

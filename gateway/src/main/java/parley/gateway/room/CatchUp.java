package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a held hearing has missed. The answer goes through the inbox of its loop: every event
 * before it there is in the answer, every event behind it is not. Bus thread only.
 */
final class CatchUp {
  /** How often a recovery looks again at rooms that went on too fast, or began to repair. */
  private static final int TRIES_MAX = 3;

  /** A held client whose past cannot be asked for by then is told of a gap, and goes on. */
  static final Duration HELD_MAX = Duration.ofSeconds(10);

  private static final long TRY_AGAIN_MS = 500;

  private final Rooms rooms;

  CatchUp(Rooms rooms) {
    this.rooms = rooms;
  }

  /** What one client that recovers needs of a room. */
  record Resuming(Member member, Share share, long head, long enteredAt, long fromPos) {}

  /**
   * A page of the past for the answer of a join.
   *
   * @param head seq up to which it reaches; what comes later is heard
   * @param pos of the head: a recovery replays what is behind it
   */
  record Behind(List<Event> events, boolean more, long head, long pos, @Nullable Gap gap) {}

  /**
   * @param positionPos a complete position of the hearing
   * @param untilNanos when to tell a gap over what cannot be asked for
   * @param then given null when a room has begun to repair meanwhile, or what was missed cannot be
   *     asked for now: ask again
   */
  void carryOn(
      Loop loop,
      List<Slice.Ask> asks,
      long positionPos,
      long untilNanos,
      Consumer<@Nullable List<Slice>> then) {
    Map<Member, Page> older = new HashMap<>();
    List<Future<?>> searches = new ArrayList<>();
    for (Slice.Ask ask : asks) {
      if (ask.share().feed instanceof Room room && room.ring.after(ask.after(), 1) == null) {
        searches.add(
            rooms
                .past()
                .behind(room, ask.after(), positionPos)
                .onSuccess(page -> older.put(ask.member(), page)));
      }
    }
    Future.join(searches)
        .onComplete(
            ignored -> {
              boolean away = asks.stream().anyMatch(ask -> isUnknown(ask, older.get(ask.member())));
              if (away && (System.nanoTime() - untilNanos < 0 || !rooms.connected())) {
                rooms.later(TRY_AGAIN_MS, () -> rooms.signal(loop, () -> then.accept(null)));
                return;
              }
              boolean steady =
                  asks.stream().allMatch(a -> !(a.share().feed instanceof Room r) || r.isSteady());
              List<Slice> slices =
                  steady ? asks.stream().map(a -> slice(a, older.get(a.member()))).toList() : null;
              rooms.signal(loop, () -> then.accept(slices));
            });
  }

  /** Whether it may be had another time; a ring can have gone on while other rooms were asked. */
  private static boolean isUnknown(Slice.Ask ask, @Nullable Page older) {
    return (older == null || older instanceof Page.Unknown)
        && ask.share().feed instanceof Room room
        && room.ring.after(ask.after(), 1) == null;
  }

  private Slice slice(Slice.Ask ask, @Nullable Page older) {
    if (!(ask.share().feed instanceof Room room)) {
      return new Slice(ask.member(), ask.after(), List.of(), true, null);
    }
    long after = ask.after();
    Gap gap = null;
    List<Event> ring = room.ring.after(after, Past.EVENTS_MAX);
    Page.Withdrawn branched = withdrawn(ring, after);
    if (ring != null && branched == null) {
      rooms.meters().resumed(Page.Source.RING);
      return new Slice(ask.member(), after, ring, ring.size() < Past.EVENTS_MAX, null);
    }
    switch (branched == null ? older : branched) {
      case Page.Found found -> {
        rooms.meters().resumed(found.source());
        return new Slice(ask.member(), after, found.events(), found.events().isEmpty(), null);
      }
      case Page.Withdrawn withdrawn -> {
        gap = new Gap(room.keys.room(), withdrawn.back(), after, List.of(after));
        after = withdrawn.back();
        ring = room.ring.after(after, Past.EVENTS_MAX);
      }
      case Page.Missing _, Page.Unknown _ -> {}
      case null -> {}
    }
    rooms.meters().resumed(Page.Source.NONE);
    if (ring == null) {
      gap =
          new Gap(
              room.keys.room(), after, room.ring.floorSeq(), gap == null ? List.of() : gap.lost());
      ring = room.ring.after(room.ring.floorSeq(), Past.EVENTS_MAX);
    }
    List<Event> events = ring == null ? List.of() : ring;
    return new Slice(ask.member(), after, events, events.size() < Past.EVENTS_MAX, gap);
  }

  /**
   * The events of a room in (after, head] for the answer to a join.
   *
   * @param pos of the join
   * @param then given null when they cannot be had now, but perhaps another time
   */
  void behind(
      Share share, long after, long head, long pos, int max, Consumer<@Nullable Behind> then) {
    if (!(share.feed instanceof Room room)) {
      rooms.signal(share.loop, () -> then.accept(new Behind(List.of(), false, head, pos, null)));
      return;
    }
    rooms.begin(room, head, pos);
    if (room.isSteady() && room.last() < Math.min(after, head)) {
      room.repair(head, pos); // the client knows more than this node has heard
    }
    room.whenSteady(
        () -> {
          if (room.ring.after(after, 1) != null) {
            answer(share, room, new Wish(after, head, pos, max), null, then);
          } else {
            rooms
                .past()
                .behind(room, after, 0)
                .onComplete(
                    page ->
                        answer(share, room, new Wish(after, head, pos, max), page.result(), then));
          }
        });
  }

  /** What a join at {@code head} and {@code pos} wants of the past. */
  private record Wish(long after, long head, long pos, int max) {
    Behind nothing(@Nullable Gap gap) {
      return new Behind(List.of(), false, head, pos, gap);
    }

    Behind cut(List<Event> events, @Nullable Gap gap) {
      List<Event> upTo = events.stream().filter(event -> event.seq <= head).toList();
      return upTo.size() > max
          ? new Behind(List.copyOf(upTo.subList(0, max)), true, head, pos, gap)
          : new Behind(upTo, false, head, pos, gap);
    }

    /** What the node has not heard yet is heard behind the answer. */
    Wish asHeard(Room room) {
      return room.last() >= head ? this : new Wish(after, room.last(), room.lastPos(), max);
    }
  }

  private void answer(
      Share share, Room room, Wish wish, @Nullable Page older, Consumer<@Nullable Behind> then) {
    Behind behind = behind(room, wish, older);
    rooms.signal(share.loop, () -> then.accept(behind));
  }

  /** Where what comes behind a seq branches off before it; null if it does not. */
  private static Page.@Nullable Withdrawn withdrawn(@Nullable List<Event> behind, long after) {
    return behind == null || behind.isEmpty() || behind.getFirst().prev >= after
        ? null
        : new Page.Withdrawn(behind.getFirst().prev);
  }

  private @Nullable Behind behind(Room room, Wish wish, @Nullable Page older) {
    String name = room.keys.room();
    long after = wish.after;
    long head = wish.head;
    if (after > head) {
      return wish.nothing(new Gap(name, head, head, List.of(after)));
    }
    List<Event> events = room.ring.after(after, wish.max + 1);
    if (events != null) {
      rooms.meters().resumed(Page.Source.RING);
      Page.Withdrawn branched = withdrawn(events, after);
      long back = branched == null ? after : branched.back();
      Gap gap = branched == null ? null : new Gap(name, back, back, List.of(after));
      return wish.asHeard(room).cut(events, gap);
    }
    if (after == head) {
      return wish.nothing(null);
    }
    if (older instanceof Page.Found found) {
      rooms.meters().resumed(found.source());
      boolean reaches = !found.events().isEmpty() && found.events().getLast().seq >= head;
      Behind cut = wish.cut(found.events(), null);
      return reaches ? cut : new Behind(cut.events(), true, head, wish.pos, null);
    }
    if (older instanceof Page.Unknown) {
      return null;
    }
    rooms.meters().resumed(Page.Source.NONE);
    if (older instanceof Page.Withdrawn withdrawn) {
      return wish.nothing(new Gap(name, withdrawn.back(), head, List.of(after)));
    }
    long floor = room.ring.floorSeq();
    List<Event> rest = floor < head ? room.ring.after(floor, wish.max + 1) : null;
    return rest == null
        ? wish.nothing(new Gap(name, after, head, List.of()))
        : wish.asHeard(room).cut(rest, new Gap(name, after, floor, List.of()));
  }

  /**
   * What a client that recovers is given.
   *
   * @param slices of its rooms in the order of the asks; null if they cannot be had whole
   * @param forNow whether they may be had another time
   */
  record Replay(@Nullable List<Slice> slices, boolean forNow) {}

  /**
   * All that a recovering client has missed, or nothing.
   *
   * @param max events of all rooms together
   */
  void resume(Loop loop, List<Resuming> asks, int max, Consumer<Replay> then) {
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
      Loop loop, List<Resuming> asks, int max, Patience patience, Consumer<Replay> then) {
    Map<Member, Past.Stretch> older = new HashMap<>();
    List<Future<?>> ready = new ArrayList<>();
    for (Resuming ask : asks) {
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
                rooms.later(TRY_AGAIN_MS, () -> resume(loop, asks, max, patience, then));
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
      List<Resuming> asks, Map<Member, Past.Stretch> older, int max) {
    List<Slice> slices = new ArrayList<>();
    int total = 0;
    for (Resuming ask : asks) {
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
  private static @Nullable List<Event> missed(Resuming ask, Past.@Nullable Stretch older, int max) {
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

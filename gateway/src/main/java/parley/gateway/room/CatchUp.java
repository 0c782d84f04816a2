package parley.gateway.room;

import io.vertx.core.Future;
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
  /** A held client whose past cannot be asked for by then is told of a gap, and goes on. */
  static final Duration HELD_MAX = Duration.ofSeconds(10);

  static final long TRY_AGAIN_MS = 500;

  private final Rooms rooms;

  CatchUp(Rooms rooms) {
    this.rooms = rooms;
  }

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
    Wish wish = new Wish(after, head, pos, max, null);
    room.whenSteady(() -> look(share, room, wish, then));
  }

  /** From where the chain branched off, if what the client has was lost. */
  private void look(Share share, Room room, Wish wish, Consumer<@Nullable Behind> then) {
    List<Event> ring = room.ring.after(wish.after, 1);
    Page.Withdrawn branched = withdrawn(ring, wish.after);
    if (branched != null && wish.after <= wish.head) {
      look(share, room, wish.backTo(room, branched), then);
    } else if (ring != null || wish.after >= wish.head) {
      answer(share, room, wish, null, then);
    } else {
      rooms
          .past()
          .behind(room, wish.after, 0)
          .onComplete(
              page -> {
                if (page.result() instanceof Page.Withdrawn withdrawn) {
                  look(share, room, wish.backTo(room, withdrawn), then);
                } else if (room.ring.after(wish.after, 1) != null) {
                  look(share, room, wish, then); // recalled meanwhile
                } else {
                  answer(share, room, wish, page.result(), then);
                }
              });
    }
  }

  /**
   * What a join at {@code head} and {@code pos} wants of the past.
   *
   * @param lost what the client had that is in no log any more
   */
  private record Wish(long after, long head, long pos, int max, @Nullable Gap lost) {
    Wish backTo(Room room, Page.Withdrawn to) {
      List<Long> seqs = lost == null ? List.of(after) : lost.lost();
      return new Wish(
          to.back(), head, pos, max, new Gap(room.keys.room(), to.back(), to.back(), seqs));
    }

    /** Nothing up to here is known; what the client had may be lost too. */
    Gap missing(Room room, long upTo) {
      return new Gap(room.keys.room(), after, upTo, lost == null ? List.of() : lost.lost());
    }

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
      return room.last() >= head ? this : new Wish(after, room.last(), room.lastPos(), max, lost);
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
    long after = wish.after;
    long head = wish.head;
    if (after > head) {
      return wish.nothing(new Gap(room.keys.room(), head, head, List.of(after)));
    }
    List<Event> events = room.ring.after(after, wish.max + 1);
    if (events != null) {
      rooms.meters().resumed(Page.Source.RING);
      return wish.asHeard(room).cut(events, wish.lost);
    }
    if (after == head) {
      return wish.nothing(wish.lost);
    }
    if (older instanceof Page.Found found) {
      rooms.meters().resumed(found.source());
      boolean reaches = !found.events().isEmpty() && found.events().getLast().seq >= head;
      Behind cut = wish.cut(found.events(), wish.lost);
      return reaches ? cut : new Behind(cut.events(), true, head, wish.pos, wish.lost);
    }
    if (older instanceof Page.Unknown) {
      return null;
    }
    rooms.meters().resumed(Page.Source.NONE);
    long floor = room.ring.floorSeq();
    List<Event> rest = floor < head ? room.ring.after(floor, wish.max + 1) : null;
    return rest == null
        ? wish.nothing(wish.missing(room, head))
        : wish.asHeard(room).cut(rest, wish.missing(room, floor));
  }
}

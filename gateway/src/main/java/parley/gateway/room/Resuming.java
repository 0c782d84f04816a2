package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Entered;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Speaker;

/**
 * One client's recovery: its rooms entered anew, what it missed written, then live. Loop thread
 * only.
 */
final class Resuming {
  /** Events that a recovery writes at most; a client that missed more joins anew and pages. */
  static final int EVENTS_MAX = 2_000;

  private final Hearing hearing;
  private final Speaker speaker;
  private final Place place;
  private final Map<String, Long> joinPosByRoom;
  private final List<Member> members = new ArrayList<>();

  Resuming(Hearing hearing, Speaker speaker, Place place, Map<String, Long> joinPosByRoom) {
    this.hearing = hearing;
    this.speaker = speaker;
    this.place = place;
    this.joinPosByRoom = joinPosByRoom;
  }

  Future<Resumed> begin() {
    hearing.hold();
    List<Future<Entered>> entering = new ArrayList<>();
    joinPosByRoom.keySet().forEach(room -> members.add(hearing.enlist(room, speaker.user())));
    for (Member member : members) {
      String room = String.valueOf(member.share.room);
      entering.add(
          Joining.attached(member.share)
              .compose(v -> hearing.loop().lane().enter(room, speaker, false)));
    }
    Promise<Resumed> done = hearing.loop().promise();
    Future.join(entering)
        .onComplete(
            ignored -> {
              Throwable notNow = notNow(entering);
              List<Recovery.Ask> asks = asks(entering);
              if (notNow != null) {
                members.forEach(hearing::remove);
                done.fail(notNow);
                hearing.release();
              } else if (asks == null) {
                end(done, "a room cannot be entered any more", false);
              } else {
                hearing
                    .loop()
                    .rooms()
                    .resume(hearing.loop(), asks, EVENTS_MAX, replay -> took(done, replay));
              }
            });
    return done.future();
  }

  /** What kept a room from answering, if it may answer the next time. */
  private static @Nullable Throwable notNow(List<Future<Entered>> entering) {
    return entering.stream()
        .filter(Future::failed)
        .map(Future::cause)
        .filter(cause -> !(cause instanceof Refused refused) || refused.code().retry())
        .findFirst()
        .orElse(null);
  }

  /** Null if a room refused. */
  private @Nullable List<Recovery.Ask> asks(List<Future<Entered>> entering) {
    List<Recovery.Ask> asks = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Entered entered = entering.get(i).result();
      long joinPos = joinPosByRoom.getOrDefault(String.valueOf(member.share.room), 0L);
      member.joinPos = joinPos;
      long from = Math.max(place.pos(), joinPos);
      // A pos ahead of the clock: its Redis has forgotten what the client knows.
      if (entered == null || from > entered.pos()) {
        return null;
      }
      asks.add(new Recovery.Ask(member, member.share, entered.head(), entered.pos(), from));
    }
    return asks;
  }

  private void took(Promise<Resumed> done, Recovery.Replay replay) {
    List<Slice> slices = replay.slices();
    boolean left = members.stream().anyMatch(member -> !hearing.has(member));
    if (slices == null || left || hearing.closed()) {
      end(
          done,
          left ? "the session has ended" : "what was missed cannot be had whole",
          replay.forNow());
      return;
    }
    if (place.last() != null) {
      slices = behindLoss(slices, place.last());
    }
    for (Slice slice : slices) {
      Member member = slice.member();
      member.pending = false;
      member.share.started = true;
    }
    Merge merge = new Merge(hearing, slices);
    merge.write(place.pos(), false);
    for (Slice slice : slices) {
      // The slice was whole at this place in the loop's order: what comes behind it is live.
      slice.member().from = Math.max(slice.after(), slice.member().share.lastSeq);
      slice.member().share.gateSeq = Math.max(slice.member().share.gateSeq, slice.member().from);
    }
    done.complete(new Resumed.Recovered(merge.written(), now(slices)));
    hearing.release();
  }

  /**
   * The client's last event is no longer the one that the rest follows. If it is beyond that, Redis
   * has lost it, and may have lost others before it: that is told in each room where it can be.
   */
  private List<Slice> behindLoss(List<Slice> slices, Place.Last last) {
    Slice own = own(slices, last);
    if (own == null || own.back() == last.seq()) {
      return slices;
    }
    if (own.back() > last.seq()) { // it came late: others before this position did not come at all
      return replaced(slices, own, own.behindGap(last.seq(), List.of()));
    }
    List<Slice> doubted =
        slices.stream()
            .map(s -> s.beginsInItsEpoch() ? s : s.behindGap(s.back(), List.of()))
            .toList();
    return replaced(doubted, own, own.behindGap(own.back(), List.of(last.seq())));
  }

  private static @Nullable Slice own(List<Slice> slices, Place.Last last) {
    return slices.stream()
        .filter(slice -> slice.member().share.mark == last.room())
        .findFirst()
        .orElse(null);
  }

  private static List<Slice> replaced(List<Slice> slices, Slice own, Slice by) {
    return slices.stream().map(s -> s.member() == own.member() ? by : s).toList();
  }

  /** Where the client is now if it has missed nothing: not behind what was lost. */
  private Place now(List<Slice> slices) {
    Place.Last last = place.last();
    Slice own = last == null ? null : own(slices, last);
    return own == null
        ? place
        : new Place(place.pos(), new Place.Last(own.back(), own.member().share.mark));
  }

  private void end(Promise<Resumed> done, String why, boolean forNow) {
    members.forEach(hearing::remove);
    done.complete(new Resumed.Unproved(why, forNow));
    hearing.release();
  }
}

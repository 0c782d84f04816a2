package parley.verify.check;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Verdict.Promise;

/**
 * For each client and room: the events of Postgres, in order, each once, none left out, from where
 * it began to hear to the end.
 */
final class HeardCheck {
  /** From an event to the opening of its shard after a loss, at most. */
  static final long HEAL_NANOS = 10_000_000_000L;

  private final History history;
  private final Verdict verdict;
  private long gaps;
  private long lostButHeard;

  private HeardCheck(History history, Verdict verdict) {
    this.history = history;
    this.verdict = verdict;
  }

  static void check(History history, Verdict verdict) {
    var check = new HeardCheck(history, verdict);
    Map<String, Integer> clients = new TreeMap<>();
    long events = 0;
    for (Observation observation : history.observations) {
      clients.merge(observation.transport(), 1, Integer::sum);
      Map<String, List<Heard>> byRoom =
          observation.heard().stream()
              .collect(Collectors.groupingBy(Heard::room, LinkedHashMap::new, Collectors.toList()));
      Set<Heard> doubts =
          observation.transport().equals("sse") ? check.doubts(observation) : Set.of();
      byRoom.forEach((room, heard) -> check.room(observation, room, heard, doubts));
      events += observation.size();
    }
    verdict.remark(
        Promise.P2, "%,d deliveries followed link by link at %s".formatted(events, clients));
    verdict.remark(Promise.P2, "%,d gaps were told".formatted(check.gaps));
    verdict.remark(
        Promise.P3,
        "%,d deliveries of events that Redis lost and that nobody could put back"
            .formatted(check.lostButHeard));
  }

  /**
   * The gaps that a stream was told when its last event was lost: it has that one alone to come
   * back with, so it is told in all its rooms that they may lack something.
   */
  private Set<Heard> doubts(Observation observation) {
    Set<Heard> doubts = new HashSet<>();
    boolean lastIsLost = false;
    for (Heard heard : observation.heard()) {
      if (heard instanceof Heard.Event event) {
        lastIsLost = history.losses.mayHaveTaken(event.room(), event.seq());
      } else if (heard instanceof Heard.Gap gap && lastIsLost) {
        doubts.add(gap);
      }
    }
    return doubts;
  }

  private void room(Observation observation, String room, List<Heard> all, Set<Heard> doubts) {
    String who = observation.transport() + " client " + observation.client() + " in " + room;
    long last = -1;
    long highest = -1;
    Heard.Gap gap = null;
    for (Heard heard : all) {
      switch (heard) {
        case Heard.Start start -> last = Math.max(last, start.head());
        case Heard.Gap told -> {
          gaps++;
          gap = told;
          verdict.check(
              Promise.P2,
              // What the client had beyond the head is taken back by it.
              history.losses.mayHaveTakenOf(room, told.after(), Math.max(told.head(), last))
                  || (doubts.contains(told) && takesNothingBack(told, last)),
              "%s was told a gap from %d to %d though nothing there was lost"
                  .formatted(who, told.after(), told.head()));
          last = Math.min(last, told.head());
        }
        case Heard.Event event -> {
          checkPlace(who, event, last, gap);
          checkOnce(who, event, highest);
          checkSame(who, event);
          last = Math.max(last, event.seq());
          highest = Math.max(highest, event.seq());
          gap = null;
        }
      }
    }
    long head = history.room(room).isEmpty() ? 0 : history.room(room).lastKey();
    verdict.check(
        Promise.P2,
        last < 0 || last == head || history.losses.mayHaveTaken(room, last) || gap != null,
        "%s ends at %d, the room at %d".formatted(who, last, head));
  }

  private static boolean takesNothingBack(Heard.Gap told, long last) {
    return told.after() == told.head() && (last < 0 || told.head() == last);
  }

  /** What was taken back and put back after all is told again; nothing else is. */
  private void checkOnce(String who, Heard.Event event, long highest) {
    verdict.check(
        Promise.P2,
        event.seq() > highest || history.losses.mayHaveTaken(event.room(), event.seq()),
        "%s heard %d again, after %d".formatted(who, event.seq(), highest));
  }

  private void checkPlace(String who, Heard.Event event, long last, Heard.@Nullable Gap gap) {
    verdict.check(
        Promise.P2,
        event.seq() > last,
        "%s heard %d again or late, after %d".formatted(who, event.seq(), last));
    verdict.check(
        Promise.P2,
        last < 0 || event.prev() == last || (gap != null && event.prev() <= gap.head()),
        "%s missed something between %d and %d".formatted(who, last, event.seq()));
  }

  /**
   * What a gateway has told to clients it can put back: an event that was heard is lost only when
   * that gateway died before Redis was whole again.
   */
  private void checkSame(String who, Heard.Event heard) {
    Kept.Event kept = history.room(heard.room()).get(heard.seq());
    boolean mayBeLost = history.losses.mayHaveTaken(heard.room(), heard.seq());
    if (kept == null && mayBeLost) {
      lostButHeard++;
      verdict.check(
          Promise.P3,
          history.harmed(Harm.Part.GATEWAY, heard.atNanos() - 1, heard.atNanos() + HEAL_NANOS),
          "%s heard %d, Redis lost it, and no gateway put it back".formatted(who, heard.seq()));
      return;
    }
    verdict.check(
        Promise.P1,
        kept != null && kept.text().equals(heard.text()) && kept.prev() == heard.prev(),
        "%s heard %d as \"%s\" after %d, Postgres has %s"
            .formatted(who, heard.seq(), heard.text(), heard.prev(), kept));
  }
}

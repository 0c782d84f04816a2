package parley.verify.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Verdict.Promise;

/** Holds what clients saw and were told against each other and against Postgres. */
public final class Checker {
  /**
   * What the faults of the run excuse.
   *
   * @param redisLost Redis lost data that it had acknowledged: {@code gap} may be told, and what
   *     was only accepted may be lost
   */
  public record Excuses(boolean redisLost) {}

  private final Map<String, TreeMap<Long, Archived>> rooms = new HashMap<>();
  private final Map<String, List<Archived>> byKey = new HashMap<>();
  private final Excuses excuses;
  private final Verdict verdict;

  public Checker(List<Archived> archive, Excuses excuses, Verdict verdict) {
    this.excuses = excuses;
    this.verdict = verdict;
    for (Archived event : archive) {
      Archived other =
          rooms.computeIfAbsent(event.room(), room -> new TreeMap<>()).put(event.seq(), event);
      verdict.check(Promise.P1, other == null, "two events have the number of " + event);
      if (!event.key().isEmpty()) {
        byKey
            .computeIfAbsent(key(event.room(), event.user(), event.key()), key -> new ArrayList<>())
            .add(event);
      }
    }
  }

  private static String key(String room, String user, String key) {
    return room + "\n" + user + "\n" + key;
  }

  /** P1: in Postgres each room is one unbroken chain in the order of pos. */
  public Checker checkArchive() {
    rooms.forEach(
        (room, events) -> {
          Archived before = null;
          for (Archived event : events.values()) {
            long prev = before == null ? 0 : before.seq();
            verdict.check(
                Promise.P1,
                event.prev() == prev || excuses.redisLost(),
                "%s: %d follows %d in Postgres but names %d"
                    .formatted(room, event.seq(), prev, event.prev()));
            verdict.check(
                Promise.P1,
                before == null || before.pos() < event.pos(),
                "%s: the position of %d is not after that of %d"
                    .formatted(room, event.seq(), prev));
            before = event;
          }
        });
    return this;
  }

  /** P1 and P2 for each client: the events of the archive, in order, each once, up to the end. */
  public Checker checkHeard(List<Observation> observations) {
    long gaps = 0;
    for (Observation observation : observations) {
      for (String room : rooms(observation)) {
        gaps += checkRoom(observation, room);
      }
    }
    verdict.remark(Promise.P2, "%,d gaps were told".formatted(gaps));
    return this;
  }

  private static Set<String> rooms(Observation observation) {
    var names = new HashSet<String>();
    for (Heard heard : observation.heard()) {
      names.add(
          switch (heard) {
            case Heard.Event event -> event.room();
            case Heard.Gap gap -> gap.room();
            case Heard.Returned returned -> returned.room();
          });
    }
    return names;
  }

  private long checkRoom(Observation observation, String room) {
    String who = observation.transport() + " client " + observation.client() + " in " + room;
    TreeMap<Long, Archived> archive = rooms.getOrDefault(room, new TreeMap<>());
    long last = -1;
    long gaps = 0;
    boolean excused = false;
    for (Heard heard : observation.heard()) {
      switch (heard) {
        case Heard.Event event when event.room().equals(room) -> {
          verdict.check(
              Promise.P2,
              event.seq() > last,
              "%s heard %d again or late, after %d".formatted(who, event.seq(), last));
          verdict.check(
              Promise.P2,
              last < 0 || excused || event.prev() == last,
              "%s missed something between %d and %d".formatted(who, last, event.seq()));
          checkSame(who, event, archive.get(event.seq()));
          last = Math.max(last, event.seq());
          excused = false;
        }
        case Heard.Gap gap when gap.room().equals(room) -> {
          gaps++;
          excused = true;
          verdict.check(
              Promise.P2, excuses.redisLost(), who + " was told a gap though nothing was lost");
        }
        case Heard.Event event -> {}
        case Heard.Gap gap -> {}
        case Heard.Returned returned -> {}
      }
    }
    long head = archive.isEmpty() ? -1 : archive.lastKey();
    verdict.check(
        Promise.P2,
        last < 0 || last == head,
        "%s ends at %d, the room at %d".formatted(who, last, head));
    return gaps;
  }

  private void checkSame(String who, Heard.Event heard, @Nullable Archived archived) {
    verdict.check(
        Promise.P1,
        archived == null
            ? excuses.redisLost()
            : archived.text().equals(heard.text()) && archived.prev() == heard.prev(),
        "%s heard %d as \"%s\" after %d, Postgres has %s"
            .formatted(who, heard.seq(), heard.text(), heard.prev(), archived));
  }

  /** P3 and P4: what was acked is there, under the number of the ack, once. */
  public Checker checkSent(List<Sent> messages) {
    long lost = 0;
    for (Sent sent : messages) {
      List<Archived> found =
          byKey.getOrDefault(key(sent.room(), sent.client(), sent.key()), List.of());
      verdict.check(
          Promise.P4,
          sent.acks().stream().distinct().count() <= 1,
          "the acks of %s differ: %s".formatted(sent.key(), sent.acks()));
      verdict.check(
          Promise.P4,
          found.size() <= 1,
          "%s of %s is %d messages".formatted(sent.key(), sent.client(), found.size()));
      if (sent.acks().isEmpty()) {
        continue;
      }
      boolean there = found.stream().anyMatch(event -> event.seq() == sent.acks().getLast());
      lost += there ? 0 : 1;
      verdict.check(
          Promise.P3,
          there || (excuses.redisLost() && !sent.stored()),
          "%s was acked (%s) as %s, Postgres has %s"
              .formatted(sent.key(), sent.stored() ? "stored" : "accepted", sent.acks(), found));
    }
    verdict.remark(
        Promise.P3,
        "%,d messages, %,d of them acked stored; %,d accepted ones went with what Redis lost"
            .formatted(messages.size(), messages.stream().filter(Sent::stored).count(), lost));
    return this;
  }

  /**
   * P5: counted, not judged: that nothing was missed over a return is what {@link #checkHeard}
   * checks.
   */
  public Checker checkReturns(List<Observation> observations) {
    long returns = 0;
    for (Observation observation : observations) {
      for (Heard heard : observation.heard()) {
        if (heard instanceof Heard.Returned) {
          returns++;
        }
      }
    }
    verdict.remark(Promise.P5, "%,d returns to a room".formatted(returns));
    return this;
  }
}

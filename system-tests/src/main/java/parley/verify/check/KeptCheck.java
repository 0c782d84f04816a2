package parley.verify.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import parley.verify.check.Verdict.Promise;

/** In Postgres each room is one unbroken chain, and what is folded out of it is folded once. */
final class KeptCheck {
  private final History history;
  private final Verdict verdict;

  private KeptCheck(History history, Verdict verdict) {
    this.history = history;
    this.verdict = verdict;
  }

  static void check(History history, Verdict verdict) {
    var check = new KeptCheck(history, verdict);
    check.numbers();
    history.rooms().forEach(check::chain);
    check.keys();
    check.reactions();
    verdict.remark(
        Promise.P1,
        "%,d events of %,d rooms are in Postgres, each room one chain"
            .formatted(history.kept.events().size(), history.rooms().size()));
  }

  private void numbers() {
    var seen = new HashSet<String>();
    for (Kept.Event event : history.kept.events()) {
      verdict.check(
          Promise.P1,
          seen.add(event.room() + " " + event.seq()),
          "two events have the number of " + event);
    }
  }

  private void keys() {
    for (List<Kept.Event> same : history.keys()) {
      verdict.check(Promise.P4, same.size() == 1, "a key is more than one message: " + same);
    }
  }

  private void chain(String room, NavigableMap<Long, Kept.Event> events) {
    Kept.Event before = null;
    for (Kept.Event event : events.values()) {
      long prev = before == null ? 0 : before.seq();
      verdict.check(
          Promise.P1,
          event.prev() == prev || history.losses.mayHaveTaken(room, event.prev()),
          "%s: %d follows %d in Postgres but names %d"
              .formatted(room, event.seq(), prev, event.prev()));
      verdict.check(
          Promise.P1,
          before == null || before.pos() < event.pos(),
          "%s: the position of %d is not after that of %d".formatted(room, event.seq(), prev));
      before = event;
    }
  }

  /** A reaction counts once, however often its event was committed. */
  private void reactions() {
    Map<Kept.Reacted, Set<String>> users = new HashMap<>();
    history
        .rooms()
        .values()
        .forEach(
            events ->
                events.values().stream()
                    .filter(event -> event.type().equals("reaction"))
                    .forEach(event -> fold(users, event)));
    users.forEach(
        (reacted, by) -> {
          long counted = history.kept.reactionCounts().getOrDefault(reacted, 0L);
          verdict.check(
              Promise.P2,
              counted == by.size(),
              "%s counts %,d, by its events it is %,d".formatted(reacted, counted, by.size()));
        });
    verdict.remark(
        Promise.P2, "%,d counts of reactions compared with their events".formatted(users.size()));
  }

  private static void fold(Map<Kept.Reacted, Set<String>> users, Kept.Event event) {
    var reacted = new Kept.Reacted(event.room(), event.target(), event.emoji());
    Set<String> by = users.computeIfAbsent(reacted, key -> new HashSet<>());
    if (event.on()) {
      by.add(event.user());
    } else {
      by.remove(event.user());
    }
  }
}

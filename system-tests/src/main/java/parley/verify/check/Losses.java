package parley.verify.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Redis may have forgotten, as narrowly as that can be known: the very events that stood in
 * what was cut off a file, and what was first heard of in the moments before a failover.
 */
public final class Losses {
  private static final Pattern EVENT =
      Pattern.compile(
          "\\{\"seq\":(\\d+),\"prev\":\\d+,\"pos\":\\d+,[^\\r\\n]*?\"room\":\"([^\"]+)\"");

  private record Window(long fromNanos, long toNanos) {}

  private final Map<String, NavigableSet<Long>> cut = new HashMap<>();
  private final List<Window> windows = new ArrayList<>();
  private final Map<String, Map<Long, Long>> firstKnown = new HashMap<>();
  private final Map<String, Set<Long>> heard = new HashMap<>();

  /** Redis came back without these writes; gives how many events were in them. */
  public synchronized int cutOff(String writes) {
    Matcher matcher = EVENT.matcher(writes);
    var found = new HashSet<String>();
    while (matcher.find()) {
      String room = matcher.group(2);
      long seq = Long.parseLong(matcher.group(1));
      cut.computeIfAbsent(room, key -> new TreeSet<>()).add(seq);
      found.add(room + " " + seq);
    }
    return found.size();
  }

  /** A server that may lack what was written in this time became master. */
  public synchronized void window(long fromNanos, long toNanos) {
    windows.add(new Window(fromNanos, toNanos));
  }

  public synchronized boolean isEmpty() {
    return cut.isEmpty() && windows.isEmpty();
  }

  /** Takes in when each event was first heard of. */
  synchronized void learn(List<Observation> observations, List<Sent> messages) {
    for (Observation observation : observations) {
      for (Heard one : observation.heard()) {
        if (one instanceof Heard.Event event) {
          known(event.room(), event.seq(), event.atNanos());
          heard.computeIfAbsent(event.room(), key -> new HashSet<>()).add(event.seq());
        }
      }
    }
    for (Sent sent : messages) {
      for (Sent.Ack ack : sent.acks()) {
        known(sent.room(), ack.seq(), ack.atNanos());
      }
    }
  }

  private void known(String room, long seq, long atNanos) {
    firstKnown.computeIfAbsent(room, key -> new HashMap<>()).merge(seq, atNanos, Math::min);
  }

  /** Whether any client ever heard this event. */
  synchronized boolean wasHeard(String room, long seq) {
    return heard.getOrDefault(room, Set.of()).contains(seq);
  }

  /** Whether Redis may have forgotten this event. */
  synchronized boolean mayHaveTaken(String room, long seq) {
    if (cut.getOrDefault(room, new TreeSet<>()).contains(seq)) {
      return true;
    }
    Long at = firstKnown.getOrDefault(room, Map.of()).get(seq);
    return at != null
        && windows.stream().anyMatch(window -> at >= window.fromNanos && at <= window.toNanos);
  }

  /** Whether Redis may have forgotten some event of these numbers, both included. */
  synchronized boolean mayHaveTakenOf(String room, long from, long to) {
    NavigableSet<Long> taken = cut.get(room);
    if (taken != null && !taken.subSet(from, true, Math.max(from, to), true).isEmpty()) {
      return true;
    }
    return firstKnown.getOrDefault(room, Map.of()).keySet().stream()
        .anyMatch(seq -> seq >= from && seq <= to && mayHaveTaken(room, seq));
  }
}

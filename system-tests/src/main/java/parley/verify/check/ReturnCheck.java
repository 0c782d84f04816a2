package parley.verify.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import parley.verify.check.Verdict.Promise;

/**
 * Who came back, what it was told then, and how long it took after each fault until every client
 * had something acked again.
 *
 * <p>A Socket.IO client must be recovered if it had a session, was away less than the window, and
 * neither Redis nor what opens rooms in it was touched around that time: then only gateways and
 * connections were broken, and those are nobody's problem.
 */
final class ReturnCheck {
  private static final long WINDOW_NANOS = 110_000_000_000L;
  private static final long AROUND_NANOS = 8_000_000_000L;

  /** Until a gateway has renewed, and so written anew, each session that Redis forgot. */
  private static final long REWRITTEN_NANOS = 60_000_000_000L;

  private static final long RECOVERY_NANOS_MAX = 60_000_000_000L;
  private static final List<Harm.Part> NEEDED =
      List.of(Harm.Part.REDIS, Harm.Part.CHAT, Harm.Part.POSTGRES);

  private final History history;
  private final Verdict verdict;
  private int must;
  private int mustRecovered;
  private int others;
  private int othersRecovered;

  private ReturnCheck(History history, Verdict verdict) {
    this.history = history;
    this.verdict = verdict;
  }

  static void check(History history, Verdict verdict) {
    var check = new ReturnCheck(history, verdict);
    check.returns();
    check.timeToRecover();
  }

  private void returns() {
    Map<String, Integer> byTransport = new TreeMap<>();
    for (Observation observation : history.observations) {
      boolean socketIo = observation.transport().startsWith("socket.io");
      for (Return back : observation.returns()) {
        byTransport.merge(observation.transport(), 1, Integer::sum);
        verdict.check(
            Promise.P5,
            !back.thrownOut(),
            observation.client() + " was thrown out by the server for good");
        if (socketIo) {
          recovered(observation, back);
        }
      }
    }
    verdict.remark(Promise.P5, "returns: " + byTransport);
    verdict.remark(
        Promise.P5,
        ("Socket.IO returns that only gateways and connections caused: %,d, with recovered === true"
                + " %,d; others %,d, with recovered === true %,d")
            .formatted(must, mustRecovered, others, othersRecovered));
  }

  private void recovered(Observation observation, Return back) {
    long from = back.leftNanos() - AROUND_NANOS;
    boolean touched =
        NEEDED.stream().anyMatch(part -> history.harmed(part, from, back.backNanos()))
            || history.harmed(Harm.Part.DATA, back.leftNanos() - REWRITTEN_NANOS, back.backNanos());
    boolean mustBe =
        back.hadSession() && back.backNanos() - back.leftNanos() < WINDOW_NANOS && !touched;
    if (!mustBe) {
      others++;
      othersRecovered += back.recovered() ? 1 : 0;
      return;
    }
    must++;
    mustRecovered += back.recovered() ? 1 : 0;
    verdict.check(
        Promise.P5,
        back.recovered(),
        "%s (%s) came back after %.1f s without recovery; before that: %s"
            .formatted(
                observation.client(),
                observation.transport(),
                (back.backNanos() - back.leftNanos()) / 1e9,
                before(back)));
  }

  private String before(Return back) {
    return history.harms.stream()
        .filter(harm -> harm.fromNanos() <= back.backNanos())
        .max((a, b) -> Long.compare(a.fromNanos(), b.fromNanos()))
        .map(Harm::what)
        .orElse("nothing");
  }

  /**
   * From a fault's end until the last client had its first ack behind it, less the time in which
   * something else was broken. Who only sends while a probe lasts is no client that waits to be
   * served.
   */
  private void timeToRecover() {
    Set<String> talkers =
        history.observations.stream().map(Observation::client).collect(Collectors.toSet());
    Map<String, List<Long>> acksByClient = new TreeMap<>();
    for (Sent sent : history.sent) {
      if (!talkers.contains(sent.client())) {
        continue;
      }
      String who = sent.client() + (sent.stored() ? " (which waits until it is stored)" : "");
      List<Long> acks = acksByClient.computeIfAbsent(who, key -> new ArrayList<>());
      sent.acks().forEach(ack -> acks.add(ack.atNanos()));
    }
    acksByClient.values().forEach(Collections::sort);
    Map<String, List<Double>> seconds = new TreeMap<>();
    for (Harm harm : history.harms) {
      long latest = harm.toNanos();
      String last = "a client";
      for (Map.Entry<String, List<Long>> client : acksByClient.entrySet()) {
        List<Long> acks = client.getValue();
        int at = Collections.binarySearch(acks, harm.toNanos());
        int next = at < 0 ? -at - 1 : at;
        if (next < acks.size() && acks.get(next) > latest) {
          latest = acks.get(next);
          last = client.getKey();
        }
      }
      long took = calm(harm.toNanos(), latest);
      seconds.computeIfAbsent(kind(harm), key -> new ArrayList<>()).add(took / 1e9);
      verdict.check(
          Promise.P5,
          took < RECOVERY_NANOS_MAX,
          "%.1f s without a fault after the end of \"%s\" %s had nothing acked yet"
              .formatted(took / 1e9, harm.what(), last));
    }
    seconds.forEach(
        (kind, all) -> {
          Collections.sort(all);
          verdict.remark(
              Promise.P5,
              "everyone served again after %s: %.1f s (median), %.1f s (longest), %d times"
                  .formatted(kind, all.get(all.size() / 2), all.getLast(), all.size()));
        });
  }

  /** How much of this time nothing was broken. */
  private long calm(long fromNanos, long toNanos) {
    long calm = 0;
    long at = fromNanos;
    for (Harm harm : history.harms) { // in the order of their beginnings
      if (harm.toNanos() > at && harm.fromNanos() < toNanos) {
        calm += Math.max(0, harm.fromNanos() - at);
        at = Math.max(at, harm.toNanos());
      }
    }
    return calm + Math.max(0, toNanos - at);
  }

  private static String kind(Harm harm) {
    int colon = harm.what().indexOf(':');
    return colon < 0 ? harm.what() : harm.what().substring(0, colon);
  }
}

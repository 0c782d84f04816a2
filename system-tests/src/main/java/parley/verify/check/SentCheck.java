package parley.verify.check;

import java.util.List;
import parley.verify.check.Verdict.Promise;

/** What was acked is there, under the number of the ack, once; and so it stays on a repeat. */
final class SentCheck {
  private final History history;
  private final Verdict verdict;
  private long accepted;
  private long stored;
  private long repeats;
  private long lostUnheard;

  private SentCheck(History history, Verdict verdict) {
    this.history = history;
    this.verdict = verdict;
  }

  static void check(History history, Verdict verdict) {
    var check = new SentCheck(history, verdict);
    history.sent.forEach(check::message);
    verdict.remark(
        Promise.P3,
        "%,d messages acked accepted, %,d acked stored".formatted(check.accepted, check.stored));
    if (!history.losses.isEmpty()) {
      verdict.remark(
          Promise.P3,
          "%,d accepted ones went with what Redis lost before a gateway could put them back"
              .formatted(check.lostUnheard));
    }
    verdict.remark(
        Promise.P4,
        "%,d keys, %,d of them repeated after their ack"
            .formatted(history.sent.size(), check.repeats));
  }

  private void message(Sent sent) {
    List<Kept.Event> found = history.under(sent);
    if (!sent.isAcked()) {
      return;
    }
    long seq = sent.acks().getFirst().seq();
    boolean mayBeLost = history.losses.mayHaveTaken(sent.room(), seq);
    if (sent.acks().size() > 1) {
      repeats++;
    }
    verdict.check(
        Promise.P4,
        sent.acks().stream().map(Sent.Ack::seq).distinct().count() == 1
            || (mayBeLost && !sent.stored()),
        "the acks of %s differ: %s".formatted(sent.key(), sent.acks()));
    long last = sent.acks().getLast().seq();
    boolean there = found.stream().anyMatch(event -> event.seq() == last);
    if (sent.stored()) {
      stored++;
    } else {
      accepted++;
    }
    boolean excused = !sent.stored() && mayBeLost && nobodyCouldPutBack(sent, last);
    if (!there && excused) {
      lostUnheard++;
    }
    verdict.check(
        Promise.P3,
        there || excused,
        "%s of %s was acked (%s) as %s, Postgres has %s"
            .formatted(
                sent.key(),
                sent.client(),
                sent.stored() ? "stored" : "accepted",
                sent.acks(),
                found));
  }

  /** Nobody heard it, or the gateways that did may have died before Redis was whole again. */
  private boolean nobodyCouldPutBack(Sent sent, long seq) {
    long ackedNanos = sent.acks().getLast().atNanos();
    return !history.losses.wasHeard(sent.room(), seq)
        || history.harmed(Harm.Part.GATEWAY, ackedNanos - 1, ackedNanos + HeardCheck.HEAL_NANOS);
  }
}

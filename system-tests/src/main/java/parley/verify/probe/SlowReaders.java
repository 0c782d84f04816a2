package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;

/**
 * P6: in a room with large messages some members stop reading until the gateway has to hold them
 * back. The others must go on hearing about as fast as before, and the slow ones, once they read
 * again, must be given everything in order.
 */
public final class SlowReaders {
  private static final String ROOM = "slow-readers";
  private static final int SLOW = 3;
  private static final int RECEIVE_BYTES = 4 * 1024;
  private static final String FILLING = "x".repeat(14_000);
  private static final Duration EVERY = Duration.ofMillis(10);
  private static final Duration CATCH_UP_MAX = Duration.ofSeconds(60);

  /** A stalled gateway would hold the others back as long as the slow ones do not read. */
  private static final double SLOWER_SECONDS = 1.5;

  /** One event of the room at one member. */
  private record Heard(long seq, long prev, double seconds) {}

  private final Cluster cluster;
  private final Verdict verdict;
  private final Duration stall;

  public SlowReaders(Cluster cluster, Verdict verdict, Duration stall) {
    this.cluster = cluster;
    this.verdict = verdict;
    this.stall = stall;
  }

  public void run() throws IOException {
    List<List<Heard>> slowHeard = new ArrayList<>();
    List<Heard> othersHeard = new CopyOnWriteArrayList<>();
    var open = new ArrayList<Onlooker>();
    try {
      for (int i = 0; i < SLOW; i++) {
        List<Heard> mine = Collections.synchronizedList(new ArrayList<>());
        slowHeard.add(mine);
        open.add(member("slow-" + i, 0, RECEIVE_BYTES, mine));
      }
      List<Onlooker> slow = List.copyOf(open);
      for (int i = 0; i < cluster.gateways().size(); i++) {
        open.add(member("brisk-" + i, i, 0, othersHeard));
      }
      Onlooker sender =
          member("slow-sender", 1, 0, Collections.synchronizedList(new ArrayList<>()));
      open.add(sender);

      int before = talk(sender, stall.dividedBy(2), () -> {});
      double usual = latency(othersHeard);
      othersHeard.clear();
      slow.forEach(Onlooker::stopReading);
      var behind = new boolean[1];
      int during = talk(sender, stall, () -> behind[0] |= lagging() > 0);
      double stalled = latency(othersHeard);
      slow.forEach(Onlooker::goOnReading);
      judge(slow, slowHeard, before + during, usual, stalled, behind[0]);
    } finally {
      open.forEach(Onlooker::close);
    }
  }

  private double lagging() {
    return cluster.metric(cluster.gateways().getFirst(), "parley_sessions_lagging", "");
  }

  private Onlooker member(String user, int gateway, int receiveBytes, List<Heard> heard)
      throws IOException {
    Onlooker onlooker =
        Onlooker.patiently(
            cluster.port(gateway),
            user,
            receiveBytes,
            (event, data) -> {
              if (event.equals("message")) {
                long sent = data.getJsonObject("data").getLong("sentNanos");
                heard.add(
                    new Heard(
                        data.getLong("seq"),
                        data.getLong("prev"),
                        (System.nanoTime() - sent) / 1e9));
              } else if (event.equals("gap")) {
                heard.add(new Heard(-1, -1, 0));
              }
            });
    JsonObject joined = onlooker.ask("join", new JsonObject().put("room", ROOM));
    if (!joined.getBoolean("ok", false)) {
      throw new IOException("cannot join: " + joined);
    }
    return onlooker;
  }

  /** Sends at an even pace for a while, and gives how many messages were taken. */
  private static int talk(Onlooker sender, Duration time, Runnable eachSecond) throws IOException {
    long until = System.nanoTime() + time.toNanos();
    long nextSecond = System.nanoTime();
    int sent = 0;
    while (System.nanoTime() < until) {
      var data = new JsonObject().put("sentNanos", System.nanoTime()).put("filling", FILLING);
      JsonObject answer = sender.ask("send", new JsonObject().put("room", ROOM).put("data", data));
      if (answer.getBoolean("ok", false)) {
        sent++;
      }
      if (System.nanoTime() > nextSecond) {
        nextSecond += 1_000_000_000;
        eachSecond.run();
      }
      LockSupport.parkNanos(EVERY.toNanos());
    }
    return sent;
  }

  private void judge(
      List<Onlooker> slow,
      List<List<Heard>> slowHeard,
      int sent,
      double usual,
      double stalled,
      boolean behind) {
    if (!behind) {
      verdict.remark(
          Promise.P6,
          "no reader fell behind far enough for the gateway to hold it back: not tried");
      return;
    }
    verdict.check(
        Promise.P6,
        stalled < usual + SLOWER_SECONDS,
        "while %d members did not read, the others heard after %.3f s (usually %.3f s)"
            .formatted(SLOW, stalled, usual));
    for (int i = 0; i < SLOW; i++) {
      List<Heard> heard = slowHeard.get(i);
      boolean all = waitFor(() -> heard.size() >= sent);
      verdict.check(
          Promise.P6,
          all && slow.get(i).isOpen(),
          "a slow reader heard %d of %d messages after it read again%s"
              .formatted(heard.size(), sent, slow.get(i).isOpen() ? "" : "; it was cut off"));
      long last = heard.isEmpty() ? 0 : heard.getFirst().prev();
      for (Heard one : List.copyOf(heard)) {
        verdict.check(
            Promise.P6,
            one.prev() == last && one.seq() > last,
            "a slow reader heard %d (behind %d) after %d".formatted(one.seq(), one.prev(), last));
        last = one.seq();
      }
    }
    verdict.remark(
        Promise.P6,
        ("%d readers stood still for %d s of %,d messages (%,d MB): the others heard 9 of 10 within"
                + " %.0f ms, before that within %.0f ms")
            .formatted(
                SLOW,
                stall.toSeconds(),
                sent,
                (long) sent * FILLING.length() / 1_000_000,
                stalled * 1e3,
                usual * 1e3));
  }

  /** Within which 9 of 10 were heard. */
  private static double latency(List<Heard> heard) {
    List<Double> seconds = heard.stream().map(Heard::seconds).sorted().toList();
    return seconds.isEmpty() ? Double.MAX_VALUE : seconds.get(seconds.size() * 9 / 10);
  }

  private static boolean waitFor(BooleanSupplier condition) {
    long until = System.nanoTime() + CATCH_UP_MAX.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < until) {
      LockSupport.parkNanos(50_000_000);
    }
    return condition.getAsBoolean();
  }
}

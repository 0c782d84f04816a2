package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import parley.verify.check.Sent;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;
import parley.verify.fault.FaultProxy;

/**
 * P7 past the limit: first as many messages as one gateway takes, then twice as many whether they
 * are taken or not, then a quarter. The way to Redis is made narrow, so that it is the limit and
 * the clients are not.
 */
public final class Overload {
  private static final int CONNECTIONS = 16;
  private static final int IN_FLIGHT = 256;
  private static final double GOODPUT_LEAST = 0.9;
  private static final double BACK_SECONDS_MAX = 5;

  /** What half of the acks of a second may take, at most, when the load has fallen. */
  private static final double CALM_SECONDS = 0.5;

  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final Duration AFTER = Duration.ofSeconds(8);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);
  private static final int GATEWAY = 0;

  /** One answer that said yes. */
  private record Taken(long atNanos, double seconds) {}

  private final Cluster cluster;
  private final Verdict verdict;
  private final boolean narrow;
  private final List<Onlooker> clients = new ArrayList<>();
  private final Queue<Taken> taken = new ConcurrentLinkedQueue<>();
  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();
  private final AtomicInteger timeless = new AtomicInteger();
  private final AtomicLong number = new AtomicLong();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT);

  /**
   * @param narrow false to find the limit of the processors instead
   */
  public Overload(Cluster cluster, Verdict verdict, boolean narrow) {
    this.cluster = cluster;
    this.verdict = verdict;
    this.narrow = narrow;
  }

  /** What was acked of it, for the checker. */
  public List<Sent> sent() {
    return List.copyOf(sent);
  }

  public void run() throws IOException {
    FaultProxy link = cluster.link(cluster.gateways().get(GATEWAY).name() + " > redis");
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(Onlooker.patiently(cluster.port(GATEWAY), "load-" + i, 0, (event, data) -> {}));
      }
      link.set(narrow ? FaultProxy.Mode.NARROW : FaultProxy.Mode.PASS);
      asMuchAsGoes(WARM_UP);
      double most = asMuchAsGoes(MEASURED);
      double good = openly(most * 2, MEASURED);
      long fell = System.nanoTime();
      openly(most / 4, AFTER);
      LockSupport.parkNanos(LAST_ANSWERS.toNanos() / 10);
      judge(most, good, fell);
    } finally {
      link.set(FaultProxy.Mode.PASS);
      clients.forEach(Onlooker::close);
    }
  }

  /** As many at once as are always under way; gives how many a second were taken. */
  private double asMuchAsGoes(Duration time) throws IOException {
    long until = System.nanoTime() + time.toNanos();
    return perSecond(
        () -> {
          inFlight.acquireUninterruptibly();
          return until;
        },
        inFlight::release);
  }

  /** At an even pace, answered or not; gives how many a second were taken. */
  private double openly(double perSecond, Duration time) throws IOException {
    long from = System.nanoTime();
    long until = from + time.toNanos();
    var count = new AtomicLong();
    return perSecond(
        () -> {
          long due = from + (long) (count.getAndIncrement() / perSecond * 1e9);
          LockSupport.parkNanos(due - System.nanoTime());
          return until;
        },
        () -> {});
  }

  private double perSecond(LongSupplier pace, Runnable answered) throws IOException {
    long from = System.nanoTime();
    while (System.nanoTime() < pace.getAsLong()) {
      send(answered);
    }
    long to = System.nanoTime();
    long good = taken.stream().filter(one -> one.atNanos() >= from && one.atNanos() <= to).count();
    return good / ((to - from) / 1e9);
  }

  private void send(Runnable answered) throws IOException {
    long at = System.nanoTime();
    long n = number.getAndIncrement();
    int client = (int) (n % CONNECTIONS);
    String user = "load-" + client;
    String room = "load-" + client;
    String key = "load-" + n;
    clients
        .get(client)
        .tell("send", new JsonObject().put("room", room).put("text", "load " + n).put("key", key))
        .whenComplete(
            (answer, broken) -> {
              answered.run();
              if (answer != null) {
                take(answer, user, room, key, at);
              }
            });
  }

  private void take(JsonObject answer, String user, String room, String key, long at) {
    long now = System.nanoTime();
    if (answer.getBoolean("ok", false)) {
      taken.add(new Taken(now, (now - at) / 1e9));
      List<Sent.Ack> acks = List.of(new Sent.Ack(answer.getLong("seq"), now));
      sent.add(new Sent(user, room, key, "load " + key.substring(5), false, at, acks));
    } else {
      JsonObject error = answer.getJsonObject("error", new JsonObject());
      refused.merge(error.getString("code", "none"), 1, Integer::sum);
      if (error.getLong("retryAfterMs") == null) {
        timeless.incrementAndGet();
      }
    }
  }

  /** Until half of a second's acks come within {@link #CALM_SECONDS}. */
  private double secondsUntilCalm(long fell) {
    for (int second = 0; second < AFTER.toSeconds(); second++) {
      long from = fell + second * 1_000_000_000L;
      List<Double> took =
          taken.stream()
              .filter(one -> one.atNanos() >= from && one.atNanos() < from + 1_000_000_000L)
              .map(Taken::seconds)
              .sorted()
              .toList();
      if (!took.isEmpty() && took.get(took.size() / 2) < CALM_SECONDS) {
        return second;
      }
    }
    return AFTER.toSeconds();
  }

  private void judge(double most, double good, long fell) {
    verdict.check(
        Promise.P7,
        good >= most * GOODPUT_LEAST,
        "at twice what goes, %.0f messages a second were taken; at most it is %.0f"
            .formatted(good, most));
    verdict.check(
        Promise.P7,
        !refused.isEmpty() && timeless.get() == 0,
        "refusals at twice what goes: %s, %d of them without a time to try again"
            .formatted(refused, timeless.get()));
    double back = secondsUntilCalm(fell);
    verdict.check(
        Promise.P7,
        back < BACK_SECONDS_MAX,
        "%.1f s after the load fell acks still took longer than %.1f s"
            .formatted(back, CALM_SECONDS));
    verdict.remark(
        Promise.P7,
        ("overload: at most %.0f messages a second, of twice that %.0f (%.0f %%); refused: %s;"
                + " half of the acks within %.1f s again %.0f s after the load fell")
            .formatted(most, good, 100 * good / most, refused, CALM_SECONDS, back));
  }
}

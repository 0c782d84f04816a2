package parley.verify;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import parley.verify.check.Archived;
import parley.verify.check.Checker;
import parley.verify.check.Observation;
import parley.verify.check.Sent;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;
import parley.verify.talk.Refusals;
import parley.verify.talk.SocketIoTalkers;
import parley.verify.talk.Talker;
import parley.verify.talk.WebSocketTalkers;

/** One run: a cluster, its clients, the faults of a seed, and the verdict. */
final class Run {
  /** What a run is made of; the same plan gives the same faults in the same order. */
  record Plan(
      long seed,
      Duration time,
      Set<Fault> faults,
      int clients,
      int rooms,
      Path folder,
      Map<String, String> settings) {}

  private static final Duration CALM = Duration.ofSeconds(3);
  private static final Duration FAULT_LEAST = Duration.ofMillis(800);
  private static final Duration FAULT_MORE = Duration.ofMillis(2_500);
  private static final Duration PAUSE_MORE = Duration.ofMillis(2_500);
  private static final Duration SETTLE_MAX = Duration.ofSeconds(60);
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Cluster.Size SIZE = new Cluster.Size(3, 2, 2);
  private static final int ROOMS_PER_CLIENT = 2;

  private final Plan plan;
  private final Consumer<String> progress;
  private final Random random;
  private final Map<Fault, Integer> exercised = new EnumMap<>(Fault.class);
  private final Verdict verdict = new Verdict();
  private boolean redisLost;

  Run(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    this.random = new Random(plan.seed());
  }

  Verdict go() {
    progress.accept(
        "starting 3 gateways, 2 chat-services, 2 history-services, Redis with a replica, Postgres");
    try (Cluster cluster = Cluster.start(SIZE, plan.settings(), plan.folder())) {
      IntFunction<List<String>> roomsOf =
          client ->
              IntStream.range(0, ROOMS_PER_CLIENT)
                  .mapToObj(i -> "room-" + (client * ROOMS_PER_CLIENT + i * 3) % plan.rooms())
                  .distinct()
                  .toList();
      int half = Math.max(1, plan.clients() / 2);
      try (Talker plain = new WebSocketTalkers(half, cluster.doors(), roomsOf, EVERY, plan.seed());
          SocketIoTalkers socketIo = new SocketIoTalkers(half, cluster.doors(), roomsOf, EVERY)) {
        talkAndBreak(cluster, List.of(plain, socketIo));
        verdict.remark(Promise.P5, socketIo.recoveries());
      }
    }
    return verdict;
  }

  private void talkAndBreak(Cluster cluster, List<Talker> talkers) {
    var timeline = new Timeline(System.nanoTime());
    talkers.forEach(Talker::start);
    pause(CALM);
    long until = System.nanoTime() + plan.time().toNanos();
    while (System.nanoTime() < until && !plan.faults().isEmpty()) {
      breakSomething(cluster, timeline);
      pause(part(PAUSE_MORE).plusMillis(500));
    }
    if (plan.faults().isEmpty()) {
      pause(plan.time());
    }
    progress.accept("everything is whole again; waiting until all is acked, heard and stored");
    cluster.heal();
    settle(cluster, talkers);
    check(cluster, talkers);
    List<Observation> observations = observations(talkers);
    timeline.write(
        plan.folder().resolve("timeline.html"),
        observations,
        verdict.table() + faults(),
        "Parley, seed " + plan.seed());
  }

  private void breakSomething(Cluster cluster, Timeline timeline) {
    List<Fault> all = new ArrayList<>(EnumSet.copyOf(plan.faults()));
    Fault fault = all.get(random.nextInt(all.size()));
    double from = timeline.now();
    Fault.Running running = fault.begin(cluster, random);
    progress.accept("%6.1f s  %s: %s".formatted(from, fault.words(), running.what()));
    redisLost |= fault.losesData();
    exercised.merge(fault, 1, Integer::sum);
    pause(FAULT_LEAST.plus(part(FAULT_MORE)).multipliedBy(fault.length()));
    running.end().run();
    timeline.add(new Timeline.Bar(fault.words(), running.what(), from, timeline.now()));
  }

  private Duration part(Duration whole) {
    return Duration.ofNanos((long) (whole.toNanos() * random.nextDouble()));
  }

  /**
   * Until nothing is under way any more: every message acked, every client at the head, everything
   * in Postgres.
   */
  private void settle(Cluster cluster, List<Talker> talkers) {
    cluster.awaitReady();
    talkers.forEach(Talker::quiet);
    boolean acked = waitUntil(() -> talkers.stream().allMatch(talker -> talker.open() == 0));
    verdict.check(
        Promise.P7,
        acked,
        "messages still wait for their ack a minute after the last fault: "
            + talkers.stream().mapToInt(Talker::open).sum());
    var before = new long[] {-1};
    waitUntil(
        () -> {
          pause(Duration.ofMillis(1_500));
          long now = heardCount(talkers) + Archive.read(cluster.postgres().url()).size();
          boolean still = now == before[0];
          before[0] = now;
          return still;
        });
  }

  private static long heardCount(List<Talker> talkers) {
    return observations(talkers).stream().mapToLong(one -> one.heard().size()).sum();
  }

  private static List<Observation> observations(List<Talker> talkers) {
    return talkers.stream().flatMap(talker -> talker.observations().stream()).toList();
  }

  private void check(Cluster cluster, List<Talker> talkers) {
    List<Archived> archive = Archive.read(cluster.postgres().url());
    List<Observation> observations = observations(talkers);
    List<Sent> sent = talkers.stream().flatMap(talker -> talker.sent().stream()).toList();
    new Checker(archive, new Checker.Excuses(redisLost), verdict)
        .checkArchive()
        .checkHeard(observations)
        .checkSent(sent)
        .checkReturns(observations);
    var refusals = new Refusals();
    talkers.forEach(talker -> refusals.plus(talker.refusals()));
    verdict.remark(Promise.P7, "refusals by code: " + refusals.byCode());
    verdict.check(
        Promise.P8, allReady(cluster), "a gateway is not ready after everything is whole");
  }

  private static boolean allReady(Cluster cluster) {
    try {
      cluster.awaitReady();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** How often each kind of fault was exercised. */
  String faults() {
    var lines = new StringBuilder();
    exercised.forEach(
        (fault, times) -> lines.append("  %3d  %s%n".formatted(times, fault.words())));
    return lines.toString();
  }

  private static boolean waitUntil(BooleanSupplier condition) {
    long until = System.nanoTime() + SETTLE_MAX.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        return false;
      }
      pause(Duration.ofMillis(50));
    }
    return true;
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}

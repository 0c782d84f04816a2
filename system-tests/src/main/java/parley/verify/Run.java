package parley.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import parley.verify.check.Checker;
import parley.verify.check.Harm;
import parley.verify.check.History;
import parley.verify.check.Losses;
import parley.verify.check.Observation;
import parley.verify.check.Sent;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;
import parley.verify.probe.Muted;
import parley.verify.probe.Overload;
import parley.verify.probe.SlowReaders;
import parley.verify.probe.Visitors;
import parley.verify.talk.JavaTalkers;
import parley.verify.talk.Refusals;
import parley.verify.talk.SocketIoTalkers;
import parley.verify.talk.Talker;

/** One run: a cluster, its clients, the faults of a seed, and the verdict. */
final class Run {
  /**
   * What a run is made of; the same plan gives the same faults in the same order.
   *
   * @param time how long things are broken
   * @param probes whether slow readers and someone muted are tried before that
   * @param before folders of classes that stand before the shipped ones
   */
  record Plan(
      long seed,
      Duration time,
      Set<Fault> faults,
      int clients,
      boolean probes,
      List<Path> before,
      Path folder) {}

  private static final Duration CALM = Duration.ofSeconds(3);
  private static final Duration FAULT_LEAST = Duration.ofMillis(800);
  private static final Duration FAULT_MORE = Duration.ofMillis(2_500);
  private static final Duration PAUSE_LEAST = Duration.ofMillis(500);
  private static final Duration PAUSE_MORE = Duration.ofMillis(2_500);
  private static final Duration STALL = Duration.ofSeconds(8);
  private static final Duration AWAY_MIN = Duration.ofSeconds(4);
  private static final Duration AWAY_MAX = Duration.ofMinutes(1);
  private static final int AWAY_SHARE = 15;
  private static final Duration SETTLE_MAX = Duration.ofSeconds(90);

  /** From one message of a client to its next; with more clients each says less. */
  private static final int MESSAGES_PER_SECOND = 60;

  private static final int CLIENTS_PER_ROOM = 8;
  private static final int ROOMS_PER_CLIENT = 2;

  /** One machine plays all clients; what is left of the limits is high enough for that. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "PARLEY_ADMINS", Muted.ADMIN,
          "PARLEY_PING_INTERVAL", "5s",
          "PARLEY_PING_TIMEOUT", "5s",
          "PARLEY_DRAIN", "1s",
          "PARLEY_RATE_CONNECTION", "500",
          "PARLEY_RATE_USER", "500",
          "PARLEY_RATE_ADDRESS", "50000",
          "PARLEY_RATE_HANDSHAKES", "20000",
          "PARLEY_ROOM_LOG_ENTRIES", "3000");

  private static final Cluster.Size SIZE = new Cluster.Size(3, 2, 2);

  private final Plan plan;
  private final Consumer<String> progress;
  private final Random random;
  private final Verdict verdict = new Verdict();
  private final Losses losses = new Losses();
  private final List<Harm> harms = new ArrayList<>();
  private final Map<Fault, Integer> exercised = new EnumMap<>(Fault.class);
  private final List<Sent> alsoSent = new ArrayList<>();
  private final List<String> missed = new ArrayList<>();
  private final long startNanos = System.nanoTime();

  Run(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    this.random = new Random(plan.seed());
  }

  Verdict go() throws IOException {
    say("starting 3 gateways, 2 chat-services, 2 history-services, Redis with a replica, Postgres");
    try (Cluster cluster = Cluster.start(SIZE, SETTINGS, plan.before(), plan.folder())) {
      if (plan.probes()) {
        say("somebody is muted and asks again; some stop reading for " + STALL.toSeconds() + " s");
        new Muted(cluster, verdict).run();
        new SlowReaders(cluster, verdict, STALL).run();
        say("twice as much is sent as one gateway takes");
        var overload = new Overload(cluster, verdict, true);
        overload.run();
        alsoSent.addAll(overload.sent());
      }
      int half = Math.max(1, plan.clients() / 2);
      Duration every =
          Duration.ofMillis(Math.max(500, 1_000L * plan.clients() / MESSAGES_PER_SECOND));
      try (Talker here = new JavaTalkers(half, cluster.doors(), this::roomsOf, every, plan.seed());
          Talker node =
              new SocketIoTalkers(half, cluster.doors(), this::roomsOf, every, plan.folder())) {
        talk(cluster, List.of(here, node));
      }
    }
    return verdict;
  }

  private int rooms() {
    return Math.max(4, plan.clients() * ROOMS_PER_CLIENT / CLIENTS_PER_ROOM);
  }

  private List<String> roomsOf(int client) {
    return IntStream.range(0, ROOMS_PER_CLIENT)
        .mapToObj(i -> "room-" + (client * ROOMS_PER_CLIENT + i * 3) % rooms())
        .distinct()
        .toList();
  }

  private void talk(Cluster cluster, List<Talker> talkers) {
    say(
        "%d clients talk in %d rooms over %s"
            .formatted(observations(talkers).size(), rooms(), transports(talkers)));
    talkers.forEach(Talker::start);
    pause(CALM);
    var breaking = new Breaking(cluster, random, losses, verdict);
    var visitors =
        new Visitors(cluster, IntStream.range(0, rooms()).mapToObj(i -> "room-" + i).toList());
    if (plan.faults().isEmpty()) {
      pause(plan.time());
    } else {
      breakThings(cluster, breaking, visitors, talkers);
    }
    say("everything is whole again; waiting until all is acked, heard and stored");
    cluster.heal();
    settle(cluster, talkers);
    visitors.judge(verdict);
    alsoSent.addAll(breaking.flooded());
    judge(cluster, talkers);
  }

  private void breakThings(
      Cluster cluster, Breaking breaking, Visitors visitors, List<Talker> talkers) {
    var deck = new Deck(plan.faults(), random);
    long until = System.nanoTime() + plan.time().toNanos();
    while (System.nanoTime() < until) {
      List<String> ended = cluster.revive();
      if (!ended.isEmpty()) {
        verdict.remark(Promise.P8, "ended by themselves and were started again: " + ended);
      }
      visitors.come();
      breakSomething(breaking, deck.next(), visitors, talkers);
      pause(PAUSE_LEAST.plus(part(PAUSE_MORE)));
    }
    plan.faults().stream()
        .filter(fault -> !exercised.containsKey(fault))
        .forEach(fault -> missed.add(fault.words() + ": not in the time of this run"));
  }

  private void breakSomething(
      Breaking breaking, Fault fault, Visitors visitors, List<Talker> talkers) {
    long from = System.nanoTime();
    Duration lasts = lasts(fault);
    try {
      Breaking.Running running = breaking.begin(fault);
      say(
          "%s: %s   (%,d deliveries so far)"
              .formatted(fault.words(), running.what(), heardCount(talkers)));
      pause(lasts);
      visitors.vanish();
      running.end().run();
      exercised.merge(fault, 1, Integer::sum);
      harms.add(
          new Harm(
              fault.words() + ": " + running.what(), running.parts(), from, System.nanoTime()));
    } catch (IOException | RuntimeException e) {
      missed.add("%s at %.1f s: %s".formatted(fault.words(), seconds(from), e.getMessage()));
      say("did NOT take place: " + missed.getLast());
      harms.add(new Harm(fault.words(), fault.parts(), from, System.nanoTime()));
    }
  }

  /** A minute without Postgres belongs to a run of a quarter of an hour; shorter runs have less. */
  private Duration lasts(Fault fault) {
    Duration some = FAULT_LEAST.plus(part(FAULT_MORE));
    if (fault != Fault.POSTGRES_AWAY) {
      return some;
    }
    Duration away = plan.time().dividedBy(AWAY_SHARE);
    return away.compareTo(AWAY_MIN) < 0 ? AWAY_MIN : away.compareTo(AWAY_MAX) > 0 ? AWAY_MAX : away;
  }

  private Duration part(Duration whole) {
    return Duration.ofNanos((long) (whole.toNanos() * random.nextDouble()));
  }

  /**
   * Until nothing is under way any more: every message acked, every client at the head, everything
   * in Postgres.
   */
  private void settle(Cluster cluster, List<Talker> talkers) {
    boolean ready = isReady(cluster);
    verdict.check(Promise.P8, ready, "a gateway is not ready though everything is whole");
    talkers.forEach(Talker::quiet);
    boolean acked = waitUntil(() -> talkers.stream().allMatch(talker -> talker.open() == 0));
    verdict.check(
        Promise.P3,
        acked,
        "%d messages still wait for their ack %d s after everything was whole again"
            .formatted(talkers.stream().mapToInt(Talker::open).sum(), SETTLE_MAX.toSeconds()));
    var archive = new Archive(cluster.postgres().url());
    var before = new long[] {-1};
    waitUntil(
        () -> {
          pause(Duration.ofSeconds(2));
          long now = heardCount(talkers) + archive.count();
          boolean still = now == before[0];
          before[0] = now;
          return still;
        });
  }

  private static boolean isReady(Cluster cluster) {
    try {
      cluster.awaitReady();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void judge(Cluster cluster, List<Talker> talkers) {
    List<Observation> observations = observations(talkers);
    List<Sent> sent = new ArrayList<>(alsoSent);
    talkers.forEach(talker -> sent.addAll(talker.sent()));
    var kept = new Archive(cluster.postgres().url()).read();
    Checker.check(new History(kept, observations, sent, harms, losses), verdict);
    var refusals = new Refusals();
    talkers.forEach(talker -> refusals.plus(talker.refusals()));
    RefusalCheck.check(refusals, verdict);
    writeBroken();
    new Timeline(startNanos, harms, observations, sent)
        .write(
            plan.folder().resolve("timeline.html"),
            verdict.table() + "\n" + faults(),
            "Parley, seed " + plan.seed());
  }

  private void writeBroken() {
    try {
      Files.write(plan.folder().resolve("violations.txt"), verdict.broken());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long heardCount(List<Talker> talkers) {
    return observations(talkers).stream().mapToLong(Observation::size).sum();
  }

  private static List<Observation> observations(List<Talker> talkers) {
    return talkers.stream().flatMap(talker -> talker.observations().stream()).toList();
  }

  private static Set<String> transports(List<Talker> talkers) {
    var names = new java.util.TreeSet<String>();
    observations(talkers).forEach(one -> names.add(one.transport()));
    return names;
  }

  /** How often each kind of fault was exercised, and what was to happen and did not. */
  String faults() {
    var lines = new StringBuilder("faults exercised\n");
    exercised.forEach(
        (fault, times) -> lines.append("  %3d  %s%n".formatted(times, fault.words())));
    missed.forEach(one -> lines.append("    -  did not take place: ").append(one).append('\n'));
    return lines.toString();
  }

  Map<Fault, Integer> exercised() {
    return exercised;
  }

  private double seconds(long nanos) {
    return (nanos - startNanos) / 1e9;
  }

  private void say(String what) {
    progress.accept("%6.1f s  %s".formatted(seconds(System.nanoTime()), what));
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

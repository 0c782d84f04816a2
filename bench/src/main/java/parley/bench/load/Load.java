package parley.bench.load;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import parley.bench.measure.Measured;
import parley.bench.measure.ServerProcesses;
import parley.bench.measure.Tally;

/**
 * The patterns of load. Each opens its clients, warms up, measures, and waits for what is still
 * under way.
 */
public final class Load {
  /** How the server is spoken to. */
  public enum Kind {
    WS,
    SOCKETIO,
    PLAIN
  }

  /**
   * What a run is made of.
   *
   * @param rate messages per second of the open loop; 0 is the closed loop
   * @param window messages under way in the closed loop
   */
  public record Plan(
      Kind kind,
      String path,
      List<URI> targets,
      String secret,
      int rooms,
      int clientsPerRoom,
      double rate,
      int window,
      int textLength,
      Duration warmUp,
      Duration measured,
      ServerProcesses server) {}

  private static final Duration OPEN_MAX = Duration.ofMinutes(3);

  /** Presence, subscriptions and sessions of those who went. */
  private static final Duration FORGOTTEN_WITHIN = Duration.ofSeconds(15);

  /** What is said in each room while its clients are away in a storm. */
  private static final int MISSED = 20;

  private static final Duration SETTLING = Duration.ofSeconds(1);
  private static final Duration DRAIN_MAX = Duration.ofSeconds(20);
  private static final long PROGRESS_MILLIS = 1_000;

  private final Plan plan;
  private final Consumer<String> progress;

  public Load(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Messages to rooms: one large, or many small ones. */
  public Measured fanOut() {
    try (Swarm swarm = swarm()) {
      Measured.Opening opening = open(swarm);
      send(swarm);
      watch(swarm, plan.warmUp(), "warm-up");
      return measure(swarm, opening, plan.measured());
    }
  }

  /** The most there is, and what half of that costs. */
  public record Ceiling(Measured most, Measured half) {}

  /** The closed loop for the maximum, then the open loop at half of it, by the same clients. */
  public Ceiling ceiling() {
    try (Swarm swarm = swarm()) {
      Measured.Opening opening = open(swarm);
      swarm.startClosed(plan.window());
      watch(swarm, plan.warmUp(), "warm-up");
      Measured most = measure(swarm, opening, plan.measured());
      double rate = most.sent() / (most.time().toNanos() / 1e9) / 2;
      swarm.startOpen(Math.max(1, rate));
      watch(swarm, SETTLING, "at half");
      return new Ceiling(most, measure(swarm, opening, plan.measured()));
    }
  }

  /**
   * Idle connections: what one costs in memory, whether they stay, and how far from their time they
   * are pinged. As many came and went before, so that what a server keeps of its first clients is
   * not counted.
   *
   * @param pingInterval that of the server
   */
  public Measured hold(Duration pingInterval) {
    try (Swarm swarm = swarm()) {
      open(swarm);
    }
    progress.accept("the first clients have gone");
    pause(FORGOTTEN_WITHIN.toMillis());
    try (Swarm swarm = swarm()) {
      long heapBefore = plan.server().collectedHeapBytes();
      long before = plan.server().residentBytes();
      Measured.Opening opening = open(swarm);
      watch(swarm, plan.warmUp(), "settling");
      double cpu = plan.server().cpuSeconds();
      swarm.countPings(pingInterval);
      watch(swarm, plan.measured(), "holding");
      double used = plan.server().cpuSeconds() - cpu;
      long heap = plan.server().collectedHeapBytes() - heapBefore;
      int clients = Math.max(1, swarm.readyCount());
      var notes = new TreeMap<>(swarm.reasons());
      if (!plan.server().pids().isEmpty()) {
        notes.put("bytes of live heap per client", (int) (heap / clients));
      }
      return Measured.of(swarm.tally(), plan.measured(), used)
          .with(opening)
          .withMemory(plan.server().residentBytes() - before, clients)
          .with(notes);
    }
  }

  /**
   * Every connection but one in each room is cut at once and comes back; meanwhile something was
   * said. The time ends when all have it.
   */
  public Measured storm() {
    try (Swarm swarm = swarm(true)) {
      open(swarm);
      swarm.sendToEach(1);
      waitUntil(() -> swarm.owed() <= 0, DRAIN_MAX);
      swarm.cut();
      swarm.sendToEach(MISSED);
      waitUntil(() -> swarm.owed() <= 0, DRAIN_MAX);
      pause(SETTLING.toMillis());
      int before = swarm.readyCount();
      swarm.run(swarm.tally()::reset);
      double cpu = plan.server().cpuSeconds();
      long from = System.nanoTime();
      await(swarm.comeBack(plan.kind() == Kind.WS ? MISSED : 0), swarm, "reconnecting");
      int back = swarm.readyCount() - before;
      Duration took = Duration.ofNanos(System.nanoTime() - from);
      waitUntil(() -> swarm.owed() <= 0, DRAIN_MAX);
      Duration whole = Duration.ofNanos(System.nanoTime() - from);
      return Measured.of(swarm.tally(), whole, plan.server().cpuSeconds() - cpu)
          .with(new Measured.Opening(back, took))
          .withOwed(Math.max(0, swarm.owed()))
          .with(swarm.reasons());
    }
  }

  /**
   * One client in {@code oneIn} stops to read for the measured time, then reads on until it has
   * everything.
   */
  public Measured slowReaders(int oneIn) {
    try (Swarm swarm = swarm()) {
      Measured.Opening opening = open(swarm);
      send(swarm);
      watch(swarm, plan.warmUp(), "warm-up");
      List<Client> slow =
          swarm.clients().stream().filter(client -> client.number() % oneIn == oneIn - 1).toList();
      swarm.run(() -> slow.forEach(client -> client.reads(false)));
      Measured others = measureWhileSending(swarm, opening, plan.measured());
      swarm.run(() -> slow.forEach(client -> client.reads(true)));
      swarm.stopSending();
      waitUntil(() -> behind(slow) == 0, DRAIN_MAX);
      Tally tally = swarm.tally();
      return others
          .withLosses(tally.gaps, tally.repeats)
          .withOwed(behind(slow))
          .with(Map.of("slow readers", slow.size()));
    }
  }

  /** What clients have not been given yet of what was said in their rooms. */
  private static long behind(List<Client> clients) {
    return clients.stream().mapToLong(client -> client.room().sent() - client.last()).sum();
  }

  private Swarm swarm() {
    return swarm(false);
  }

  private Swarm swarm(boolean resuming) {
    var tokens = new Tokens(plan.secret());
    Dialect dialect =
        switch (plan.kind()) {
          case WS -> new ParleyWebSocket(tokens, resuming);
          case SOCKETIO -> new SocketIo(tokens);
          case PLAIN -> new PlainWebSocket(plan.path());
        };
    return new Swarm(dialect, plan.targets(), plan.textLength());
  }

  private Measured.Opening open(Swarm swarm) {
    long from = System.nanoTime();
    String prefix = "bench-" + Long.toString(from, 36) + "-";
    await(swarm.open(prefix, plan.rooms(), plan.clientsPerRoom()), swarm, "connecting");
    return new Measured.Opening(swarm.readyCount(), Duration.ofNanos(System.nanoTime() - from));
  }

  private void await(CompletableFuture<Void> opened, Swarm swarm, String phase) {
    long until = System.nanoTime() + OPEN_MAX.toNanos();
    while (System.nanoTime() < until) {
      try {
        opened.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        if (swarm.readyCount() == 0) {
          throw new IllegalStateException("no client got in: " + swarm.reasons());
        }
        return;
      } catch (TimeoutException e) {
        progress.accept(phase + ": " + swarm.readyCount());
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException(
        "only " + swarm.readyCount() + " clients got in: " + swarm.reasons());
  }

  private void send(Swarm swarm) {
    if (plan.rate() > 0) {
      swarm.startOpen(plan.rate());
    } else {
      swarm.startClosed(plan.window());
    }
  }

  private Measured measure(Swarm swarm, Measured.Opening opening, Duration time) {
    Measured measured = measureWhileSending(swarm, opening, time);
    swarm.stopSending();
    waitUntil(() -> swarm.owed() <= 0, DRAIN_MAX);
    Tally tally = swarm.tally();
    return measured.withLosses(tally.gaps, tally.repeats).withOwed(Math.max(0, swarm.owed()));
  }

  private Measured measureWhileSending(Swarm swarm, Measured.Opening opening, Duration time) {
    swarm.run(swarm.tally()::reset);
    double cpu = plan.server().cpuSeconds();
    long from = System.nanoTime();
    watch(swarm, time, "measuring");
    var measured = new Measured[1];
    swarm.run(
        () ->
            measured[0] =
                Measured.of(
                        swarm.tally(),
                        Duration.ofNanos(System.nanoTime() - from),
                        plan.server().cpuSeconds() - cpu)
                    .with(opening)
                    .with(swarm.reasons()));
    return measured[0];
  }

  private void watch(Swarm swarm, Duration time, String phase) {
    long until = System.nanoTime() + time.toNanos();
    long before = swarm.tally().delivered;
    while (System.nanoTime() < until) {
      pause(Math.min(PROGRESS_MILLIS, (until - System.nanoTime()) / 1_000_000 + 1));
      long now = swarm.tally().delivered;
      progress.accept(
          "%s: %,d clients, %,d deliveries/s, %d lost connections"
              .formatted(phase, swarm.readyCount(), Math.max(0, now - before), swarm.lostCount()));
      before = now;
    }
  }

  private static boolean waitUntil(java.util.function.BooleanSupplier condition, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        return false;
      }
      pause(10);
    }
    return true;
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

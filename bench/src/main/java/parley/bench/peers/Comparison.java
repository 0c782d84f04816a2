package parley.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import parley.bench.load.Load;
import parley.bench.measure.Measured;

/**
 * Parley and its peers under the same load in one run: the server on core 0, the load on core 1.
 */
public final class Comparison {
  private static final int SERVER_CORE = 0;
  private static final int LOAD_CORE = 1;
  private static final int WINDOW = 64;

  private record Scenario(String name, int rooms, int clientsPerRoom) {}

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("1 x 1,000", 1, 1_000),
          new Scenario("1 x 10,000", 1, 10_000),
          new Scenario("1,000 x 10", 1_000, 10));

  private final int seconds;
  private final int textLength;
  private final String only;
  private final Consumer<String> progress;

  public Comparison(int seconds, int textLength, String only, Consumer<String> progress) {
    this.seconds = seconds;
    this.textLength = textLength;
    this.only = only.toLowerCase(Locale.ROOT);
    this.progress = progress;
  }

  /** Runs everything and gives the table. */
  public String run() throws IOException {
    pin();
    var table = new StringBuilder();
    for (Peer peer : Peer.all()) {
      if (!only.isEmpty() && !peer.name().toLowerCase(Locale.ROOT).contains(only)) {
        continue;
      }
      List<String> missing =
          peer.needs().stream().filter(file -> !Files.exists(Path.of(file))).toList();
      if (!missing.isEmpty()) {
        table.append("%-18s left out: %s is missing%n".formatted(peer.name(), missing));
        continue;
      }
      for (Scenario scenario : SCENARIOS) {
        progress.accept(peer.name() + ", " + scenario.name());
        table.append(row(peer, scenario));
      }
    }
    return header() + table;
  }

  private String row(Peer peer, Scenario scenario) throws IOException {
    try (PeerProcess server = PeerProcess.start(peer, SERVER_CORE)) {
      Measured most = load(peer, server, scenario, 0);
      double half = most.sent() / (most.time().toNanos() / 1e9) / 2;
      Measured calm = load(peer, server, scenario, Math.max(1, half));
      return "%-18s %-11s %,12.0f %10.2f %9.1f %9.1f %8s%n"
          .formatted(
              peer.name(),
              scenario.name(),
              most.deliveriesPerSecond(),
              most.cpuSecondsPerMillion(),
              calm.p50Millis(),
              calm.p99Millis(),
              losses(most, calm));
    } catch (IllegalStateException e) {
      return "%-18s %-11s %s%n".formatted(peer.name(), scenario.name(), e.getMessage());
    }
  }

  private static String losses(Measured... runs) {
    var lost = new ArrayList<Long>();
    for (Measured run : runs) {
      lost.add(run.gaps() + run.repeats() + run.owed());
    }
    return lost.stream().allMatch(count -> count == 0) ? "none" : lost.toString();
  }

  private Measured load(Peer peer, PeerProcess server, Scenario scenario, double rate)
      throws IOException {
    var plan =
        new Load.Plan(
            peer.kind(),
            peer.path(),
            List.of(server.url()),
            server.secret(),
            scenario.rooms(),
            scenario.clientsPerRoom(),
            rate,
            WINDOW,
            textLength,
            Duration.ofSeconds(Math.max(3, seconds / 2)),
            Duration.ofSeconds(seconds),
            server.processes());
    return new Load(plan, progress).fanOut();
  }

  private static String header() {
    return "%-18s %-11s %12s %10s %9s %9s %8s%n"
        .formatted("server", "rooms", "deliveries/s", "CPU s/M", "p50 half", "p99 half", "lost");
  }

  /** This process goes to the core that the servers leave alone. */
  private static void pin() throws IOException {
    String self = Long.toString(ProcessHandle.current().pid());
    var taskset =
        new ProcessBuilder("taskset", "-a", "-p", "-c", Integer.toString(LOAD_CORE), self)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (taskset.waitFor() != 0) {
        throw new IllegalStateException("taskset cannot pin this process to core " + LOAD_CORE);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

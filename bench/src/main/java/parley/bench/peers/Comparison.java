package parley.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import parley.bench.load.Load;

/**
 * Parley and its peers under the same load in one run: the server on core 0, the load on core 1. A
 * server runs once for all scenarios, and is warmed with each of them before the first counts.
 */
public final class Comparison {
  private static final int SERVER_CORE = 0;
  private static final int LOAD_CORE = 1;
  private static final int WINDOW = 64;
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("1 x 1,000", 1, 1_000),
          new Scenario("1 x 10,000", 1, 10_000),
          new Scenario("1,000 x 10", 1_000, 10));

  private final Settings settings;
  private final Consumer<String> progress;
  private final Map<String, Map<Scenario, Load.Ceiling>> results = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();

  /** Rooms, and clients in each. */
  record Scenario(String name, int rooms, int clientsPerRoom) {}

  /**
   * @param warmUp how long each server works before anything is measured
   * @param measured of the closed loop, and again of the open one
   * @param only names of the servers, or parts of them; empty for all
   */
  public record Settings(Duration warmUp, Duration measured, int textLength, List<String> only) {
    private boolean wants(Peer peer) {
      return only.isEmpty()
          || only.stream().anyMatch(part -> lower(peer.name()).contains(lower(part)));
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  public Comparison(Settings settings, Consumer<String> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** Runs everything and gives the tables. */
  public String run() throws IOException {
    pin();
    for (Peer peer : Peer.all()) {
      if (settings.wants(peer)) {
        measure(peer);
      }
    }
    return new PeerTables(SCENARIOS, results, remarks).text();
  }

  private void measure(Peer peer) throws IOException {
    List<String> missing =
        peer.needs().stream().filter(file -> !Files.exists(Path.of(file))).toList();
    if (!missing.isEmpty()) {
      remarks.add(peer.name() + " was left out: " + missing + " is missing");
      return;
    }
    try (PeerProcess server = PeerProcess.start(peer, SERVER_CORE)) {
      // All that is measured later: a JVM compiles what it has done often, connecting too.
      for (Scenario scenario : SCENARIOS) {
        progress.accept(peer.name() + ", warming with " + scenario.name());
        Duration share = settings.warmUp().dividedBy(SCENARIOS.size());
        load(peer, server, scenario, share, Duration.ofSeconds(1)).fanOut();
      }
      for (Scenario scenario : SCENARIOS) {
        progress.accept(peer.name() + ", " + scenario.name());
        try {
          Load.Ceiling ceiling =
              load(peer, server, scenario, SETTLING, settings.measured()).ceiling();
          results
              .computeIfAbsent(peer.name(), name -> new LinkedHashMap<>())
              .put(scenario, ceiling);
        } catch (IllegalStateException e) {
          remarks.add(peer.name() + ", " + scenario.name() + ": " + e.getMessage());
        }
      }
    }
  }

  private Load load(
      Peer peer, PeerProcess server, Scenario scenario, Duration warmUp, Duration measured)
      throws IOException {
    return new Load(
        new Load.Plan(
            peer.kind(),
            peer.path(),
            List.of(server.url()),
            server.secret(),
            scenario.rooms(),
            scenario.clientsPerRoom(),
            0,
            WINDOW,
            settings.textLength() + peer.padding(),
            warmUp,
            measured,
            server.processes()),
        progress);
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

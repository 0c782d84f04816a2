package parley.verify;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import parley.verify.check.Harm.Part;
import parley.verify.check.Losses;
import parley.verify.check.Sent;
import parley.verify.check.Verdict;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;
import parley.verify.fault.FaultProxy;
import parley.verify.probe.CutOff;
import parley.verify.probe.FullLog;

/** Does faults to a cluster, and notes what they may have cost. */
final class Breaking {
  private static final int LOST_ENTRIES_MAX = 40;
  private static final Duration APART = Duration.ofMillis(700);

  /** How far a replica may be behind, at most, and be made master all the same. */
  private static final long LAG_NANOS = 1_000_000_000L;

  private static final long POSTPONED_NANOS = 2_000_000_000L;

  private final Cluster cluster;
  private final Random random;
  private final Losses losses;
  private final Verdict verdict;
  private final List<Sent> flooded = new ArrayList<>();

  Breaking(Cluster cluster, Random random, Losses losses, Verdict verdict) {
    this.cluster = cluster;
    this.random = random;
    this.losses = losses;
    this.verdict = verdict;
  }

  /** What was done, to what, and how it ends. */
  record Running(String what, Set<Part> parts, Runnable end) {}

  /** What the trials of a full log sent. */
  List<Sent> flooded() {
    return List.copyOf(flooded);
  }

  /** Throws when it could not be done. */
  Running begin(Fault fault) throws IOException {
    return switch (fault) {
      case KILL_GATEWAY -> kill(fault, List.of(pick(cluster.gateways())));
      case KILL_CHAT -> kill(fault, List.of(pick(cluster.chatServices())));
      case KILL_HISTORY -> kill(fault, List.of(pick(cluster.historyServices())));
      case KILL_ALL -> kill(fault, cluster.processes());
      case PAUSE_GATEWAY -> pause(fault, pick(cluster.gateways()));
      case PAUSE_CHAT -> pause(fault, pick(cluster.chatServices()));
      case PAUSE_HISTORY -> pause(fault, pick(cluster.historyServices()));
      case PAUSE_REDIS -> {
        cluster.redisMaster().pause();
        yield running(fault, "redis", () -> cluster.redisMaster().resume());
      }
      case RESTART_REDIS -> {
        // While the file is being synced Redis keeps what comes for it in memory, two seconds at
        // most.
        long from = System.nanoTime() - POSTPONED_NANOS;
        cluster.redisMaster().restart();
        losses.window(from, System.nanoTime());
        yield running(fault, "redis", () -> {});
      }
      case TRUNCATE_REDIS -> truncate(fault);
      case FAIL_OVER -> {
        long from = System.nanoTime() - LAG_NANOS;
        cluster.failOver();
        losses.window(from, System.nanoTime());
        yield running(fault, "redis", () -> {});
      }
      case DEMOTE_REDIS -> {
        long from = System.nanoTime() - LAG_NANOS;
        cluster.demoteAndPromote(APART);
        losses.window(from, System.nanoTime());
        yield running(fault, "redis", () -> {});
      }
      case RESTART_POSTGRES -> {
        cluster.postgres().kill();
        yield running(fault, "postgres", () -> cluster.postgres().start());
      }
      case POSTGRES_AWAY -> {
        cluster.postgres().pause();
        yield running(fault, "postgres", () -> cluster.postgres().resume());
      }
      case FILL_LOG -> fillLog(fault);
      case CUT_OFF_GATEWAY -> cutOff(fault);
      case CUT_LINK -> link(FaultProxy.Mode.CUT);
      case DELAY_LINK -> link(FaultProxy.Mode.DELAYED);
      case SLOW_LINK -> link(FaultProxy.Mode.SLOW);
      case SILENCE_LINK -> link(FaultProxy.Mode.SILENT);
      case RESTART_SERVICE -> {
        ServiceProcess process = pick(cluster.processes());
        process.stop();
        yield new Running(process.name(), Set.of(part(process)), process::start);
      }
      case RESTART_ALL -> {
        cluster.restartAll();
        yield running(fault, "all", () -> {});
      }
    };
  }

  private Running truncate(Fault fault) {
    int entries = 1 + random.nextInt(LOST_ENTRIES_MAX);
    int events = losses.cutOff(cluster.redisMaster().restartWithoutLastEntries(entries));
    return running(
        fault, "redis, %d writes lost, %d events in them".formatted(entries, events), () -> {});
  }

  private Running fillLog(Fault fault) throws IOException {
    try (var log = new FullLog(cluster, verdict)) {
      log.open();
      cluster.postgres().pause();
      try {
        log.fill();
      } catch (IOException e) {
        cluster.postgres().resume();
        throw e;
      } finally {
        flooded.addAll(log.sent());
      }
    }
    return running(fault, "postgres", () -> cluster.postgres().resume());
  }

  private Running cutOff(Fault fault) throws IOException {
    ServiceProcess gateway = pick(cluster.gateways());
    boolean closed = random.nextBoolean();
    var cut = new CutOff(cluster, gateway, verdict);
    cut.begin(closed ? FaultProxy.Mode.CUT : FaultProxy.Mode.SILENT);
    return running(fault, gateway.name() + (closed ? ", cut" : ", half open"), cut::end);
  }

  private Running kill(Fault fault, Collection<ServiceProcess> processes) {
    processes.forEach(ServiceProcess::kill);
    String what = processes.size() == 1 ? processes.iterator().next().name() : "all";
    return running(fault, what, () -> processes.forEach(ServiceProcess::start));
  }

  private Running pause(Fault fault, ServiceProcess process) {
    process.pause();
    return running(fault, process.name(), process::resume);
  }

  private static Running running(Fault fault, String what, Runnable end) {
    return new Running(what, fault.parts(), end);
  }

  private Running link(FaultProxy.Mode mode) {
    List<Map.Entry<String, FaultProxy>> links = new ArrayList<>(cluster.links().entrySet());
    links.sort(Comparator.comparing(Map.Entry::getKey));
    Map.Entry<String, FaultProxy> link = pick(links);
    link.getValue().set(mode);
    return new Running(
        link.getKey(), parts(link.getKey()), () -> link.getValue().set(FaultProxy.Mode.PASS));
  }

  private static Set<Part> parts(String link) {
    var parts = EnumSet.noneOf(Part.class);
    String to = link.substring(link.indexOf('>') + 2);
    if (link.startsWith("clients")) {
      parts.add(Part.CLIENTS);
    } else if (to.startsWith("chat")) {
      parts.add(Part.CHAT);
    } else if (to.startsWith("history")) {
      parts.add(Part.HISTORY);
    } else {
      parts.add(to.equals("redis") ? Part.REDIS : Part.POSTGRES);
    }
    return parts;
  }

  private static Part part(ServiceProcess process) {
    return process.name().startsWith("gateway")
        ? Part.GATEWAY
        : process.name().startsWith("chat") ? Part.CHAT : Part.HISTORY;
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}

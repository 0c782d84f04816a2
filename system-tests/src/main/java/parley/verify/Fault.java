package parley.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;
import parley.verify.fault.FaultProxy;

/** What can be done to a cluster. */
enum Fault {
  KILL_GATEWAY("kill -9 of a gateway", 1),
  KILL_CHAT("kill -9 of a chat-service", 1),
  KILL_HISTORY("kill -9 of a history-service", 1),
  PAUSE_GATEWAY("a gateway stands still", 1),
  PAUSE_CHAT("a chat-service stands still", 1),
  PAUSE_HISTORY("a history-service stands still", 1),
  RESTART_REDIS("Redis killed and restarted with its file", 1),
  TRUNCATE_REDIS("Redis killed and restarted with the end of its file missing", 1),
  FAIL_OVER("Redis fails over to its replica", 1),
  RESTART_POSTGRES("Postgres killed and restarted", 1),
  POSTGRES_AWAY("Postgres stands still", 3),
  CUT_LINK("a connection between two parts is cut", 1),
  DELAY_LINK("a connection between two parts is slow to answer", 1),
  SLOW_LINK("a connection between two parts carries little", 1),
  SILENCE_LINK("a connection between two parts is half open", 1),
  RESTART_SERVICE("a service is stopped cleanly and started again", 1);

  private static final int LOST_ENTRIES_MAX = 40;

  private final String words;

  /** How much longer than others it lasts. */
  private final int length;

  Fault(String words, int length) {
    this.words = words;
    this.length = length;
  }

  String words() {
    return words;
  }

  int length() {
    return length;
  }

  /** Whether Redis may forget what it acknowledged. */
  boolean losesData() {
    return this == TRUNCATE_REDIS || this == FAIL_OVER;
  }

  /** What was done, and how it ends. */
  record Running(Fault fault, String what, Runnable end) {}

  Running begin(Cluster cluster, Random random) {
    return switch (this) {
      case KILL_GATEWAY -> kill(pick(cluster.gateways(), random));
      case KILL_CHAT -> kill(pick(cluster.chatServices(), random));
      case KILL_HISTORY -> kill(pick(cluster.historyServices(), random));
      case PAUSE_GATEWAY -> pause(pick(cluster.gateways(), random));
      case PAUSE_CHAT -> pause(pick(cluster.chatServices(), random));
      case PAUSE_HISTORY -> pause(pick(cluster.historyServices(), random));
      case RESTART_REDIS -> now("redis", () -> cluster.redisMaster().restart());
      case TRUNCATE_REDIS -> {
        int entries = 1 + random.nextInt(LOST_ENTRIES_MAX);
        yield now(
            "redis, " + entries + " writes lost",
            () -> cluster.redisMaster().restartWithoutLastEntries(entries));
      }
      case FAIL_OVER -> now("redis", cluster::failOver);
      case RESTART_POSTGRES -> {
        cluster.postgres().kill();
        yield new Running(this, "postgres", () -> cluster.postgres().start());
      }
      case POSTGRES_AWAY -> {
        cluster.postgres().pause();
        yield new Running(this, "postgres", () -> cluster.postgres().resume());
      }
      case CUT_LINK -> link(cluster, random, FaultProxy.Mode.CUT);
      case DELAY_LINK -> link(cluster, random, FaultProxy.Mode.DELAYED);
      case SLOW_LINK -> link(cluster, random, FaultProxy.Mode.SLOW);
      case SILENCE_LINK -> link(cluster, random, FaultProxy.Mode.SILENT);
      case RESTART_SERVICE -> {
        ServiceProcess process = pick(cluster.processes(), random);
        process.stop();
        yield new Running(this, process.name(), process::start);
      }
    };
  }

  private Running kill(ServiceProcess process) {
    process.kill();
    return new Running(this, process.name(), process::start);
  }

  private Running pause(ServiceProcess process) {
    process.pause();
    return new Running(this, process.name(), process::resume);
  }

  private Running now(String what, Runnable action) {
    action.run();
    return new Running(this, what, () -> {});
  }

  private Running link(Cluster cluster, Random random, FaultProxy.Mode mode) {
    List<Map.Entry<String, FaultProxy>> links = new ArrayList<>(cluster.links().entrySet());
    links.sort(Comparator.comparing(Map.Entry::getKey));
    Map.Entry<String, FaultProxy> link = pick(links, random);
    link.getValue().set(mode);
    return new Running(this, link.getKey(), () -> link.getValue().set(FaultProxy.Mode.PASS));
  }

  private static <T> T pick(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}

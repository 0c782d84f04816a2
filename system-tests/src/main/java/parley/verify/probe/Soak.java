package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;

/**
 * Clients that come, talk and go for long, and what that leaves behind: heap after a collection,
 * direct memory and open files of each process, and Redis' memory. A straight line is fitted to
 * each; its growth over the time that counts is what the soak is about.
 */
public final class Soak {
  private static final int HERE = 60;
  private static final int ROOMS = 15;
  private static final Duration STEP = Duration.ofMillis(50);
  private static final double MB = 1e6;

  /** What was measured of one thing: seconds and amount. */
  private record Sample(double seconds, double amount) {}

  private final Cluster cluster;
  private final Duration sampled;
  private final Consumer<String> progress;
  private final Map<String, List<Sample>> samples = new TreeMap<>();
  private final Deque<Onlooker> here = new ArrayDeque<>();
  private long came;
  private long said;

  public Soak(Cluster cluster, Duration sampled, Consumer<String> progress) {
    this.cluster = cluster;
    this.sampled = sampled;
    this.progress = progress;
  }

  /** Growth of each in parts of its amount, from {@code counts} on. */
  public Map<String, Double> run(Duration time, Duration counts) throws IOException {
    long start = System.nanoTime();
    long next = start;
    try {
      while (System.nanoTime() - start < time.toNanos()) {
        comeTalkAndGo();
        if (System.nanoTime() > next) {
          next += sampled.toNanos();
          sample((System.nanoTime() - start) / 1e9);
        }
        LockSupport.parkNanos(STEP.toNanos());
      }
    } finally {
      here.forEach(Onlooker::close);
    }
    progress.accept("%,d clients came and went, %,d messages were sent".formatted(came, said));
    var growth = new TreeMap<String, Double>();
    samples.forEach((what, all) -> growth.put(what, growth(all, counts.toMillis() / 1e3)));
    return growth;
  }

  private void comeTalkAndGo() throws IOException {
    int gateway = (int) (came % cluster.gateways().size());
    Onlooker newcomer =
        Onlooker.patiently(cluster.port(gateway), "soak-" + came % 500, 0, (event, data) -> {});
    newcomer.tell("join", new JsonObject().put("room", "soak-" + came % ROOMS));
    here.add(newcomer);
    came++;
    for (Onlooker one : here) {
      if (one.hashCode() % 10 == came % 10) {
        one.tell(
            "send",
            new JsonObject().put("room", "soak-" + said % ROOMS).put("text", "said " + said));
        said++;
      }
    }
    if (here.size() > HERE) {
      here.remove().close();
    }
  }

  private void sample(double seconds) throws IOException {
    for (ServiceProcess process : cluster.processes()) {
      collect(process);
      add(process, "heap", seconds, "jvm_memory_used_bytes", "area=\"heap\"");
      add(process, "direct", seconds, "parley_direct_memory_bytes", "");
      add(process, "files", seconds, "process_files_open_files", "");
    }
    String memory = cluster.redisMaster().command("INFO", "memory");
    double used =
        memory
            .lines()
            .filter(line -> line.startsWith("used_memory:"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1).strip()))
            .findFirst()
            .orElse(Double.NaN);
    add("redis memory", seconds, used);
    progress.accept("%6.0f s  Redis %.1f MB, %,d messages".formatted(seconds, used / MB, said));
  }

  private void add(
      ServiceProcess process, String what, double seconds, String metric, String labels) {
    add(process.name() + " " + what, seconds, cluster.metric(process, metric, labels));
  }

  private void add(String what, double seconds, double amount) {
    if (!Double.isNaN(amount)) {
      samples.computeIfAbsent(what, key -> new ArrayList<>()).add(new Sample(seconds, amount));
    }
  }

  /** A full collection, so that what is measured is what is held. */
  private static void collect(ServiceProcess process) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Of a line through the samples (least squares): its rise over the time that counts. */
  private static double growth(List<Sample> all, double fromSeconds) {
    List<Sample> counted = all.stream().filter(one -> one.seconds() >= fromSeconds).toList();
    if (counted.size() < 3) {
      return Double.NaN;
    }
    double x = counted.stream().mapToDouble(Sample::seconds).average().orElseThrow();
    double y = counted.stream().mapToDouble(Sample::amount).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (Sample one : counted) {
      above += (one.seconds() - x) * (one.amount() - y);
      below += (one.seconds() - x) * (one.seconds() - x);
    }
    double span = counted.getLast().seconds() - counted.getFirst().seconds();
    return y == 0 ? 0 : above / below * span / y;
  }
}

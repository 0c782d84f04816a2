package parley.bench.measure;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Processor time and resident memory of the processes under test, read from /proc; zero elsewhere.
 */
public record ServerProcesses(List<Long> pids) {
  private static final double TICKS_PER_SECOND = 100;

  /** Places in /proc/PID/stat behind the name: own user and system time, then those of children. */
  private static final int USER_TIME = 11;

  private static final int CHILDREN_SYSTEM_TIME = 14;

  /**
   * Seconds of processor time that the processes and what they started have used so far. A child
   * that has ended is in its parent's count, so that the many short ones of Postgres are seen too.
   */
  public double cpuSeconds() {
    double ticks = 0;
    for (long pid : withDescendants()) {
      String stat = read(pid, "stat");
      if (!stat.isEmpty()) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        for (int field = USER_TIME; field <= CHILDREN_SYSTEM_TIME; field++) {
          ticks += Double.parseDouble(fields[field]);
        }
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  private Set<Long> withDescendants() {
    Set<Long> all = new HashSet<>(pids);
    for (long pid : pids) {
      ProcessHandle.of(pid).stream()
          .flatMap(ProcessHandle::descendants)
          .forEach(process -> all.add(process.pid()));
    }
    return all;
  }

  /**
   * Bytes of live objects in those that are JVMs, found by a full collection; none elsewhere. Other
   * processes are not asked, since the asking would end them.
   */
  public long collectedHeapBytes() {
    long bytes = 0;
    for (long pid : pids) {
      if (read(pid, "comm").strip().equals("java")) {
        bytes += total(histogram(pid));
      }
    }
    return bytes;
  }

  private static String histogram(long pid) {
    Path jcmd = Path.of(requireNonNull(System.getProperty("java.home")), "bin", "jcmd");
    try {
      Process asked =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static long total(String histogram) {
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
        .sum();
  }

  /** Resident memory in bytes. */
  public long residentBytes() {
    long kilobytes = 0;
    for (long pid : pids) {
      for (String line : read(pid, "status").split("\n")) {
        if (line.startsWith("VmRSS:")) {
          kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kilobytes * 1024;
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      return "";
    }
  }
}

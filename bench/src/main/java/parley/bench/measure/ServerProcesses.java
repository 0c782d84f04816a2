package parley.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time and resident memory of the processes under test, read from /proc; zero elsewhere.
 */
public record ServerProcesses(List<Long> pids) {
  private static final double TICKS_PER_SECOND = 100;

  /** Seconds of processor time that the processes have used so far. */
  public double cpuSeconds() {
    double ticks = 0;
    for (long pid : pids) {
      String stat = read(pid, "stat");
      if (!stat.isEmpty()) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        ticks += Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
      }
    }
    return ticks / TICKS_PER_SECOND;
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

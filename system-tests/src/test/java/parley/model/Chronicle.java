package parley.model;

import java.util.ArrayList;
import java.util.List;

/** What happened in an episode, in order: printed when it broke a promise. Any thread. */
final class Chronicle {
  private static final int LINES_MAX = 20_000;
  private final long start = System.nanoTime();
  private final List<String> lines = new ArrayList<>();

  synchronized void note(String who, String what) {
    if (lines.size() < LINES_MAX) {
      lines.add("%7.1f ms  %s  %s".formatted((System.nanoTime() - start) / 1e6, who, what));
    }
  }

  synchronized int length() {
    return lines.size();
  }

  @Override
  public synchronized String toString() {
    return String.join("\n", lines);
  }
}

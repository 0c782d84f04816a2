package parley.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import parley.verify.check.Heard;
import parley.verify.check.Observation;

/** The run as a page: deliveries over time, with the faults as bars above them. */
final class Timeline {
  /** A fault from start to end, in seconds of the run. */
  record Bar(String fault, String what, double from, double to) {}

  private static final int WIDTH = 1_100;
  private static final int CHART_HEIGHT = 160;
  private static final int BAR_HEIGHT = 14;
  private static final double BUCKET_SECONDS = 0.5;

  private final long startNanos;
  private final List<Bar> bars = new ArrayList<>();

  Timeline(long startNanos) {
    this.startNanos = startNanos;
  }

  double now() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  void add(Bar bar) {
    bars.add(bar);
  }

  void write(Path file, List<Observation> observations, String verdict, String heading) {
    double seconds = Math.max(1, now());
    long[] buckets = new long[(int) (seconds / BUCKET_SECONDS) + 1];
    for (Observation observation : observations) {
      for (Heard heard : observation.heard()) {
        if (heard instanceof Heard.Event event) {
          int bucket = (int) ((event.atNanos() - startNanos) / 1e9 / BUCKET_SECONDS);
          if (bucket >= 0 && bucket < buckets.length) {
            buckets[bucket]++;
          }
        }
      }
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, page(buckets, seconds, verdict, heading));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String page(long[] buckets, double seconds, String verdict, String heading) {
    long most = 1;
    for (long count : buckets) {
      most = Math.max(most, count);
    }
    var svg = new StringBuilder();
    int faultsHeight = bars.size() * BAR_HEIGHT;
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double x = bar.from() / seconds * WIDTH;
      double width = Math.max(2, (bar.to() - bar.from()) / seconds * WIDTH);
      svg.append(
          "<rect x='%.1f' y='%d' width='%.1f' height='%d' class='fault'/>"
              .formatted(x, i * BAR_HEIGHT, width, BAR_HEIGHT - 2));
      svg.append(
          "<text x='%.1f' y='%d'>%s</text>"
              .formatted(
                  x + width + 4,
                  i * BAR_HEIGHT + 10,
                  escaped("%.1f s  %s: %s".formatted(bar.from(), bar.fault(), bar.what()))));
    }
    double step = (double) WIDTH / buckets.length;
    for (int i = 0; i < buckets.length; i++) {
      double height = (double) buckets[i] / most * CHART_HEIGHT;
      svg.append(
          "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' class='heard'/>"
              .formatted(
                  i * step,
                  faultsHeight + 10 + CHART_HEIGHT - height,
                  Math.max(1, step - 0.5),
                  height));
    }
    return """
    <!doctype html><meta charset="utf-8"><title>%s</title>
    <style>
      body { font: 14px system-ui; margin: 2em; } pre { font-size: 13px; }
      .fault { fill: #d97706; } .heard { fill: #2563eb; } text { font-size: 10px; fill: #444; }
    </style>
    <h1>%s</h1>
    <pre>%s</pre>
    <p>Orange: faults. Blue: events heard by all clients in each half second (highest: %d).</p>
    <svg width="%d" height="%d">%s</svg>
    """
        .formatted(
            escaped(heading),
            escaped(heading),
            escaped(verdict),
            most,
            WIDTH + 400,
            faultsHeight + CHART_HEIGHT + 20,
            svg);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

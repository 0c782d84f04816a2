package parley.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import parley.verify.check.Harm;
import parley.verify.check.Heard;
import parley.verify.check.Observation;
import parley.verify.check.Sent;

/** The run as a page: what was broken when, over deliveries and the time that acks took. */
final class Timeline {
  private static final int WIDTH = 1_200;
  private static final int CHART_HEIGHT = 130;
  private static final int BAR_HEIGHT = 15;
  private static final int AXIS_HEIGHT = 24;
  private static final double BUCKET_SECONDS = 0.5;

  private final long startNanos;
  private final List<Harm> harms;
  private final double seconds;
  private final double[] deliveries;
  private final double[] slowestAck;

  Timeline(long startNanos, List<Harm> harms, List<Observation> observations, List<Sent> sent) {
    this.startNanos = startNanos;
    this.harms = List.copyOf(harms);
    this.seconds = seconds(System.nanoTime());
    int buckets = (int) (seconds / BUCKET_SECONDS) + 1;
    deliveries = new double[buckets];
    slowestAck = new double[buckets];
    for (Observation observation : observations) {
      for (Heard heard : observation.heard()) {
        if (heard instanceof Heard.Event) {
          deliveries[bucket(heard.atNanos())]++;
        }
      }
    }
    for (Sent message : sent) {
      if (!message.acks().isEmpty()) {
        long acked = message.acks().getFirst().atNanos();
        int at = bucket(acked);
        slowestAck[at] = Math.max(slowestAck[at], (acked - message.writtenNanos()) / 1e9);
      }
    }
  }

  private double seconds(long nanos) {
    return (nanos - startNanos) / 1e9;
  }

  private int bucket(long nanos) {
    int bucket = (int) (seconds(nanos) / BUCKET_SECONDS);
    return Math.clamp(bucket, 0, deliveries.length - 1);
  }

  void write(Path file, String verdict, String heading) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, page(verdict, heading));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String page(String verdict, String heading) {
    var svg = new StringBuilder();
    int faultsHeight = harms.size() * BAR_HEIGHT + 8;
    int second = faultsHeight + CHART_HEIGHT + AXIS_HEIGHT;
    int height = second + CHART_HEIGHT + AXIS_HEIGHT;
    harms(svg, height);
    chart(svg, deliveries, faultsHeight, "heard", "deliveries in each half second");
    chart(svg, slowestAck, second, "acked", "slowest ack in each half second, in seconds");
    axis(svg, height);
    return """
    <!doctype html><html lang="en"><meta charset="utf-8"><title>%s</title>
    <style>
      body { font: 14px system-ui, sans-serif; margin: 2em; color: #1f2937; background: #fff; }
      h1 { font-size: 20px; } pre { font-size: 12px; line-height: 1.45; overflow-x: auto; }
      svg { max-width: 100%%; } text { font-size: 10px; fill: #374151; }
      .fault { fill: #d97706; } .shade { fill: #d97706; opacity: 0.08; }
      .heard { fill: #2563eb; } .acked { fill: #7c3aed; } .axis { stroke: #d1d5db; }
    </style>
    <h1>%s</h1>
    <svg viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="Faults over deliveries and acks">%s</svg>
    <pre>%s</pre></html>
    """
        .formatted(
            escaped(heading),
            escaped(heading),
            WIDTH + 20,
            height,
            WIDTH + 20,
            height,
            svg,
            escaped(verdict));
  }

  private void harms(StringBuilder svg, int height) {
    for (int i = 0; i < harms.size(); i++) {
      Harm harm = harms.get(i);
      double from = seconds(harm.fromNanos()) / seconds * WIDTH;
      double width = Math.max(2, (harm.toNanos() - harm.fromNanos()) / 1e9 / seconds * WIDTH);
      int y = i * BAR_HEIGHT;
      boolean left = from > WIDTH * 0.6;
      svg.append(
          """
          <rect x="%.1f" y="%d" width="%.1f" height="%d" class="shade"/>
          <rect x="%.1f" y="%d" width="%.1f" height="%d" class="fault"/>
          <text x="%.1f" y="%d" text-anchor="%s">%s</text>
          """
              .formatted(
                  from,
                  y,
                  width,
                  height - y,
                  from,
                  y,
                  width,
                  BAR_HEIGHT - 3,
                  left ? from - 4 : from + width + 4,
                  y + 10,
                  left ? "end" : "start",
                  escaped("%.0f s  %s".formatted(seconds(harm.fromNanos()), harm.what()))));
    }
  }

  private static void chart(
      StringBuilder svg, double[] values, int top, String kind, String words) {
    double most = 0;
    for (double value : values) {
      most = Math.max(most, value);
    }
    double step = (double) WIDTH / values.length;
    for (int i = 0; i < values.length; i++) {
      double height = most == 0 ? 0 : values[i] / most * (CHART_HEIGHT - 14);
      svg.append(
          "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' class='%s'/>"
              .formatted(
                  i * step, top + CHART_HEIGHT - height, Math.max(1, step - 0.4), height, kind));
    }
    svg.append(
        "<text x='2' y='%d'>%s (highest: %s)</text>"
            .formatted(
                top + 10, words, most < 100 ? "%.2f".formatted(most) : "%.0f".formatted(most)));
  }

  private void axis(StringBuilder svg, int height) {
    double every = seconds > 600 ? 300 : seconds > 120 ? 30 : 10;
    for (double at = 0; at <= seconds; at += every) {
      double x = at / seconds * WIDTH;
      svg.append(
          "<line x1='%.1f' y1='0' x2='%.1f' y2='%d' class='axis'/>".formatted(x, x, height - 14));
      svg.append("<text x='%.1f' y='%d'>%.0f s</text>".formatted(x + 2, height - 2, at));
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

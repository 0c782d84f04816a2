package parley.bench.measure;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;

/** The figures of one run. */
public record Measured(
    Duration time,
    long sent,
    long acked,
    long refused,
    long delivered,
    long bytes,
    long gaps,
    long repeats,
    long owed,
    long closed,
    long failed,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis,
    double cpuSeconds,
    Opening opening,
    long memoryBytes,
    int memoryClients,
    Map<String, Integer> notes,
    Pings.Figures pings) {

  /** How many clients got in, and how long that took. */
  public record Opening(int clients, Duration time) {
    public double perSecond() {
      return clients / (time.toNanos() / 1e9);
    }
  }

  public static Measured of(Tally tally, Duration time, double cpuSeconds) {
    return new Measured(
        time,
        tally.sent,
        tally.acked,
        tally.refused,
        tally.delivered,
        tally.bytes,
        tally.gaps,
        tally.repeats,
        0,
        tally.closed,
        tally.failed,
        millis(tally, 50),
        millis(tally, 99),
        millis(tally, 99.9),
        tally.latencies().getMaxValue() / 1e3,
        cpuSeconds,
        new Opening(0, Duration.ZERO),
        0,
        0,
        Map.of(),
        tally.pings());
  }

  private static double millis(Tally tally, double percentile) {
    return tally.latencies().getValueAtPercentile(percentile) / 1e3;
  }

  public Measured with(Opening opened) {
    return new Measured(
        time,
        sent,
        acked,
        refused,
        delivered,
        bytes,
        gaps,
        repeats,
        owed,
        closed,
        failed,
        p50Millis,
        p99Millis,
        p999Millis,
        maxMillis,
        cpuSeconds,
        opened,
        memoryBytes,
        memoryClients,
        notes,
        pings);
  }

  public Measured with(Map<String, Integer> noted) {
    return new Measured(
        time,
        sent,
        acked,
        refused,
        delivered,
        bytes,
        gaps,
        repeats,
        owed,
        closed,
        failed,
        p50Millis,
        p99Millis,
        p999Millis,
        maxMillis,
        cpuSeconds,
        opening,
        memoryBytes,
        memoryClients,
        Map.copyOf(noted),
        pings);
  }

  public Measured withMemory(long grown, int clients) {
    return new Measured(
        time,
        sent,
        acked,
        refused,
        delivered,
        bytes,
        gaps,
        repeats,
        owed,
        closed,
        failed,
        p50Millis,
        p99Millis,
        p999Millis,
        maxMillis,
        cpuSeconds,
        opening,
        grown,
        clients,
        notes,
        pings);
  }

  public Measured withLosses(long allGaps, long allRepeats) {
    return new Measured(
        time,
        sent,
        acked,
        refused,
        delivered,
        bytes,
        allGaps,
        allRepeats,
        owed,
        closed,
        failed,
        p50Millis,
        p99Millis,
        p999Millis,
        maxMillis,
        cpuSeconds,
        opening,
        memoryBytes,
        memoryClients,
        notes,
        pings);
  }

  public Measured withOwed(long missing) {
    return new Measured(
        time,
        sent,
        acked,
        refused,
        delivered,
        bytes,
        gaps,
        repeats,
        missing,
        closed,
        failed,
        p50Millis,
        p99Millis,
        p999Millis,
        maxMillis,
        cpuSeconds,
        opening,
        memoryBytes,
        memoryClients,
        notes,
        pings);
  }

  public double deliveriesPerSecond() {
    return delivered / (time.toNanos() / 1e9);
  }

  public double cpuSecondsPerMillion() {
    return delivered == 0 ? 0 : cpuSeconds / delivered * 1e6;
  }

  public double memoryPerClient() {
    return memoryClients == 0 ? 0 : (double) memoryBytes / memoryClients;
  }

  /** Whether everyone got everything once. */
  public boolean isClean() {
    return gaps == 0 && repeats == 0 && owed == 0 && closed == 0 && failed == 0;
  }

  /** The figures for a person. */
  public String table() {
    var table = new StringBuilder();
    row(table, "clients", "%,d".formatted(opening.clients()));
    row(table, "opened per second", "%,.0f".formatted(opening.perSecond()));
    if (delivered > 0) {
      row(table, "sent, acked, refused", "%,d  %,d  %,d".formatted(sent, acked, refused));
      row(table, "deliveries per second", "%,.0f".formatted(deliveriesPerSecond()));
      row(
          table,
          "latency p50, p99, p99.9, max",
          "%.1f  %.1f  %.1f  %.1f ms".formatted(p50Millis, p99Millis, p999Millis, maxMillis));
    }
    if (cpuSeconds > 0) {
      row(table, "server processor time", "%.2f s".formatted(cpuSeconds));
    }
    if (cpuSeconds > 0 && delivered > 0) {
      row(table, "  per million deliveries", "%.2f s".formatted(cpuSecondsPerMillion()));
    }
    if (memoryClients > 0 && memoryBytes != 0) {
      row(table, "server memory per client", "%,.0f bytes".formatted(memoryPerClient()));
    }
    if (pings.count() > 0) {
      pingRows(table);
    }
    row(table, "gaps, repeats, missing", "%,d  %,d  %,d".formatted(gaps, repeats, owed));
    row(table, "closed, failed", "%,d  %,d".formatted(closed, failed));
    notes.forEach((note, times) -> row(table, "  " + note, Integer.toString(times)));
    return table.toString();
  }

  private void pingRows(StringBuilder table) {
    row(table, "pings", "%,d".formatted(pings.count()));
    row(
        table,
        "  off their time p50, p99, p99.9",
        "%.1f  %.1f  %.1f ms".formatted(pings.p50(), pings.p99(), pings.p999()));
    row(table, "  earliest, latest", "%+.1f  %+.1f ms".formatted(pings.earliest(), pings.latest()));
    row(
        table,
        "  more than %d ms off".formatted(Pings.TOLERANCE.toMillis()),
        "%,d".formatted(pings.beyond()));
    row(
        table,
        "  bench itself late p99.9, max",
        "%.1f  %.1f ms".formatted(pings.listenerP999(), pings.listenerMax()));
  }

  private static void row(StringBuilder table, String name, String value) {
    table.append("  %-32s %s%n".formatted(name, value));
  }

  /** The figures for a program. */
  public String json(String scenario) {
    var out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("scenario", scenario);
      json.writeNumberField("clients", opening.clients());
      json.writeNumberField("openedPerSecond", opening.perSecond());
      json.writeNumberField("seconds", time.toNanos() / 1e9);
      json.writeNumberField("sent", sent);
      json.writeNumberField("acked", acked);
      json.writeNumberField("refused", refused);
      json.writeNumberField("delivered", delivered);
      json.writeNumberField("deliveriesPerSecond", deliveriesPerSecond());
      json.writeNumberField("bytesReceived", bytes);
      json.writeNumberField("p50Millis", p50Millis);
      json.writeNumberField("p99Millis", p99Millis);
      json.writeNumberField("p999Millis", p999Millis);
      json.writeNumberField("maxMillis", maxMillis);
      json.writeNumberField("serverCpuSeconds", cpuSeconds);
      json.writeNumberField("serverCpuSecondsPerMillion", cpuSecondsPerMillion());
      json.writeNumberField("memoryBytesPerClient", memoryPerClient());
      json.writeNumberField("gaps", gaps);
      json.writeNumberField("repeats", repeats);
      json.writeNumberField("missing", owed);
      if (pings.count() > 0) {
        json.writeNumberField("pings", pings.count());
        json.writeNumberField("pingsBeyondTolerance", pings.beyond());
        json.writeNumberField("pingsOffP50Millis", pings.p50());
        json.writeNumberField("pingsOffP99Millis", pings.p99());
        json.writeNumberField("pingsOffP999Millis", pings.p999());
        json.writeNumberField("pingsEarliestMillis", pings.earliest());
        json.writeNumberField("pingsLatestMillis", pings.latest());
        json.writeNumberField("benchLateMaxMillis", pings.listenerMax());
      }
      json.writeNumberField("closed", closed);
      json.writeNumberField("failed", failed);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}

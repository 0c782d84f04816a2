package parley.chassis.metrics;

import java.util.List;

/** Writes what operators read about metrics, from the catalogues that meters are made from. */
public final class MetricsPage {
  private static final String INTRODUCTION =
      """
      # Metrics

      <!-- Generated from the catalogues of measures; a test compares it with them. -->

      Every process shows these at `/metrics` on its operations port (`PARLEY_OPS_PORT`), in Prometheus' text form. Which
      node it is, Prometheus says itself (`instance`). Labels take only the values that stand here; nothing that clients
      send makes a time series. A histogram `x` is read as `x_bucket`, `x_sum` and `x_count`.
      """;

  private static final String OTHERS =
      """

      ## Of the libraries

      Besides these there are Micrometer's metrics of the JVM (`jvm_memory_used_bytes` by `area` and `id`,
      `jvm_buffer_memory_used_bytes`, `jvm_gc_pause_seconds`, `jvm_threads_live_threads`, `process_cpu_usage`,
      `process_files_open_files`, …) and Vert.x' (`vertx_http_server_*`, `vertx_http_client_*`, `vertx_sql_*`, `vertx_pool_*`).
      """;

  private MetricsPage() {}

  /** One table per catalogue. */
  public static String render(List<Catalogue> catalogues) {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    for (Catalogue catalogue : catalogues) {
      page.append("\n## ").append(catalogue.title()).append("\n\n");
      page.append("| metric | kind | label | what it is |\n|---|---|---|---|\n");
      catalogue.measures().forEach(measure -> page.append(row(measure)));
    }
    return page.append(OTHERS).toString();
  }

  private static String row(Measure measure) {
    Label label = measure.label();
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            measure.name(),
            measure.kind(),
            label == null ? "" : "`" + label.name() + "`: " + label.told(),
            measure.means().replace("|", "\\|"));
  }
}

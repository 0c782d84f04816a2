package parley.system.operations;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import parley.verify.cluster.Checkout;

/** Everything that the dashboards ask Prometheus, as Grafana would ask it. */
record Queries(List<Query> all) {

  /** One line of a panel. */
  record Query(String dashboard, String panel, String expression) {
    /** What it asks is there only while something is wrong. */
    boolean mayBeEmpty() {
      return expression.endsWith("> 0");
    }
  }

  static Queries ofDashboards() throws IOException {
    List<Query> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(Checkout.root().resolve("deploy/grafana/dashboards"))) {
      for (Path file : files.sorted().toList()) {
        JsonObject dashboard = new JsonObject(Files.readString(file));
        for (Object panel : dashboard.getJsonArray("panels")) {
          add(all, dashboard.getString("title"), (JsonObject) panel);
        }
      }
    }
    return new Queries(List.copyOf(all));
  }

  private static void add(List<Query> all, String dashboard, JsonObject panel) {
    for (Object target : panel.getJsonArray("targets", new JsonArray())) {
      String expression =
          ((JsonObject) target)
              .getString("expr")
              .replace("$__rate_interval", "10s")
              .replace("$instance", ".*");
      all.add(new Query(dashboard, panel.getString("title"), expression));
    }
  }
}

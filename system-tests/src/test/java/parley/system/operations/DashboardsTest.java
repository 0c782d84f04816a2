package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import parley.verify.cluster.Checkout;

/** What Grafana is given: dashboards that ask for what there is, where it can be asked. */
class DashboardsTest {
  private static final Path GRAFANA = Checkout.root().resolve("deploy/grafana");
  private static final Pattern ROW =
      Pattern.compile("\\| `(parley_\\w+)` \\| (counter|gauge|histogram) \\|.*");
  private static final Pattern ASKED = Pattern.compile("\\bparley(?:_[a-z]+)+");
  private static final Pattern UID = Pattern.compile("uid: (\\S+)");
  private static final int COLUMNS = 24;

  @Test
  void they_ask_for_what_the_catalogue_has_in_the_form_that_it_has_there() throws Exception {
    Set<String> series = catalogue();
    List<Queries.Query> queries = Queries.ofDashboards().all();
    assertThat(queries).hasSizeGreaterThan(60);
    for (Queries.Query query : queries) {
      assertThat(names(query.expression())).as(query.toString()).isSubsetOf(series);
    }
  }

  @Test
  void alerts_ask_for_what_the_catalogue_has() throws Exception {
    String rules = Files.readString(Checkout.root().resolve("deploy/prometheus/alerts.yml"));
    assertThat(names(rules)).hasSizeGreaterThan(5).isSubsetOf(catalogue());
  }

  @Test
  void every_panel_asks_the_data_source_that_is_provisioned() throws Exception {
    var uid =
        UID.matcher(Files.readString(GRAFANA.resolve("provisioning/datasources/prometheus.yml")));
    assertThat(uid.find()).isTrue();
    for (JsonObject dashboard : dashboards()) {
      List<String> sources = new ArrayList<>();
      collectSources(dashboard.getJsonArray("panels"), sources);
      assertThat(sources).as(dashboard.getString("title")).hasSizeGreaterThan(20);
      assertThat(sources).as(dashboard.getString("title")).containsOnly(uid.group(1));
    }
  }

  @Test
  void panels_have_ids_of_their_own_and_lie_beside_each_other() throws Exception {
    Set<String> uids = new HashSet<>();
    for (JsonObject dashboard : dashboards()) {
      assertThat(uids.add(dashboard.getString("uid"))).as(dashboard.getString("title")).isTrue();
      Set<Integer> ids = new HashSet<>();
      Map<String, String> cells = new HashMap<>();
      for (Object each : dashboard.getJsonArray("panels")) {
        JsonObject panel = (JsonObject) each;
        String title = dashboard.getString("title") + ": " + panel.getString("title");
        assertThat(ids.add(panel.getInteger("id"))).as(title).isTrue();
        JsonObject at = panel.getJsonObject("gridPos");
        assertThat(at.getInteger("x") + at.getInteger("w")).as(title).isLessThanOrEqualTo(COLUMNS);
        for (int x = at.getInteger("x"); x < at.getInteger("x") + at.getInteger("w"); x++) {
          for (int y = at.getInteger("y"); y < at.getInteger("y") + at.getInteger("h"); y++) {
            assertThat(cells.put(x + "," + y, title)).as(title).isNull();
          }
        }
      }
    }
  }

  @Test
  void compose_mounts_them_where_grafana_is_told_to_look() throws Exception {
    String compose = Files.readString(Checkout.root().resolve("docker-compose.yml"));
    String provider = Files.readString(GRAFANA.resolve("provisioning/dashboards/parley.yml"));
    assertThat(provider).contains("path: /var/lib/grafana/dashboards");
    assertThat(compose)
        .contains(
            "./deploy/grafana/dashboards:/var/lib/grafana/dashboards:ro",
            "./deploy/grafana/provisioning:/etc/grafana/provisioning:ro");
  }

  /** The names under which Prometheus knows what the page of metrics tells. */
  private static Set<String> catalogue() throws IOException {
    Set<String> series = new HashSet<>();
    for (String line : Files.readAllLines(Checkout.root().resolve("docs/metrics.md"))) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        if (row.group(2).equals("histogram")) {
          Stream.of("_bucket", "_sum", "_count").map(row.group(1)::concat).forEach(series::add);
        } else {
          series.add(row.group(1));
        }
      }
    }
    assertThat(series).hasSizeGreaterThan(40);
    return series;
  }

  private static List<String> names(String text) {
    return ASKED.matcher(text).results().map(found -> found.group()).distinct().toList();
  }

  private static void collectSources(JsonArray panels, List<String> sources) {
    for (Object each : panels) {
      JsonObject panel = (JsonObject) each;
      if (panel.containsKey("datasource")) {
        sources.add(panel.getJsonObject("datasource").getString("uid"));
      }
      collectSources(panel.getJsonArray("targets", new JsonArray()), sources);
    }
  }

  private static List<JsonObject> dashboards() throws IOException {
    List<JsonObject> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(GRAFANA.resolve("dashboards"))) {
      for (Path file : files.sorted().toList()) {
        all.add(new JsonObject(Files.readString(file)));
      }
    }
    assertThat(all).hasSize(3);
    return all;
  }
}

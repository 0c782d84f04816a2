package parley.system.operations;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import parley.backing.FreePort;
import parley.verify.cluster.Checkout;

/** A real Prometheus with the shipped alert rules that scrapes the processes of a cluster. */
final class PrometheusProcess implements AutoCloseable {
  private static final int STOP_SECONDS = 20;

  private final Process process;
  private final URI api;
  private final HttpClient http = HttpClient.newHttpClient();

  private PrometheusProcess(Process process, int port) {
    this.process = process;
    this.api = URI.create("http://127.0.0.1:" + port + "/api/v1/");
  }

  /**
   * @param opsPorts of the processes, by names such as {@code gateway-0}
   */
  static PrometheusProcess start(Map<String, Integer> opsPorts, Path folder) throws IOException {
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(config, config(opsPorts));
    int port = FreePort.find();
    Process process =
        new ProcessBuilder(
                Tool.PROMETHEUS.path().toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("prometheus"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new PrometheusProcess(process, port);
  }

  private static String config(Map<String, Integer> opsPorts) {
    Map<String, List<String>> addresses =
        opsPorts.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    process -> process.getKey().replaceAll("-\\d+$", ""),
                    Collectors.mapping(
                        process -> "127.0.0.1:" + process.getValue(), Collectors.toList())));
    return """
        global: { scrape_interval: 1s, evaluation_interval: 1s }
        rule_files: [%s]
        scrape_configs:
        """
            .formatted(Checkout.root().resolve("deploy/prometheus/alerts.yml"))
        + addresses.entrySet().stream()
            .map(
                job ->
                    "  - { job_name: %s, static_configs: [ { targets: [%s] } ] }\n"
                        .formatted(
                            job.getKey(),
                            job.getValue().stream()
                                .map(address -> '"' + address + '"')
                                .collect(Collectors.joining(", "))))
            .collect(Collectors.joining());
  }

  /** The series that a query gives now; fails where the query is none. */
  JsonArray ask(String query) throws IOException, InterruptedException {
    JsonObject answer = get("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    return answer.getJsonObject("data").getJsonArray("result");
  }

  /** The sum of what a query gives now; 0 for nothing. */
  double sum(String metric) throws IOException, InterruptedException {
    JsonArray result = ask("sum(" + metric + ")");
    return result.isEmpty()
        ? 0
        : Double.parseDouble(result.getJsonObject(0).getJsonArray("value").getString(1));
  }

  /** The rules as Prometheus has loaded them. */
  List<JsonObject> rules() throws IOException, InterruptedException {
    return get("rules").getJsonObject("data").getJsonArray("groups").stream()
        .flatMap(group -> ((JsonObject) group).getJsonArray("rules").stream())
        .map(JsonObject.class::cast)
        .toList();
  }

  private JsonObject get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(api.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.body());
    }
    return new JsonObject(answer.body());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}

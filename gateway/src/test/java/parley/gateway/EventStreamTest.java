package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  @Test
  void a_stream_that_is_cut_before_its_first_event_misses_nothing() throws IOException {
    try (Town town = Town.with(2, "PARLEY_LIMITS", "off")) {
      String token = town.token("ann");
      String id;
      try (BufferedReader stream = open(town, 0, token, Optional.empty())) {
        id = field(until(stream, "event: joined"), "id: ");
      }
      var sent = new JsonObject().put("text", "while nobody listened");
      assertThat(
              town.post(1, "/api/rooms/still/messages", town.token("bob"), sent.encode())
                  .statusCode())
          .isEqualTo(201);
      try (BufferedReader stream = open(town, 1, token, Optional.of(id))) {
        until(stream, "event: message");
        assertThat(stream.readLine()).contains("while nobody listened");
      }
    }
  }

  @Test
  void who_comes_back_from_somewhere_that_nobody_knows_is_told_a_gap() throws IOException {
    try (Town town = Town.with(1, "PARLEY_LIMITS", "off")) {
      try (BufferedReader stream = open(town, 0, town.token("ann"), Optional.of("elsewhere"))) {
        assertThat(until(stream, "event: joined")).contains("event: gap");
      }
    }
  }

  private static BufferedReader open(Town town, int node, String token, Optional<String> lastId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(town.url(node) + "/sse?room=still"))
            .header("Authorization", "Bearer " + token);
    lastId.ifPresent(id -> request.header("Last-Event-ID", id));
    return new BufferedReader(
        new InputStreamReader(
            town.http
                .sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .join()
                .body(),
            StandardCharsets.UTF_8));
  }

  /** The lines up to this one. */
  private static List<String> until(BufferedReader stream, String wanted) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = stream.readLine(); line != null; line = stream.readLine()) {
      lines.add(line);
      if (line.equals(wanted)) {
        return lines;
      }
    }
    throw new AssertionError("ended before " + wanted + ": " + lines);
  }

  private static String field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + "in " + lines));
  }
}

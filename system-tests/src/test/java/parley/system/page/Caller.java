package parley.system.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import parley.system.LiveSystem;

/** Some people without a browser, who can say much in little time. */
final class Caller {
  /** Less than one user may say at once. */
  private static final int LINES_OF_ONE = 40;

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI messages;

  Caller(URI node, String room) {
    messages = node.resolve("/api/rooms/" + room + "/messages");
  }

  /** Says "line 1." and so on; all of them are stored when it returns. */
  void saysLines(int count) {
    String crowd = UUID.randomUUID().toString();
    IntStream.rangeClosed(1, count)
        .forEach(
            i -> say("caller-" + i / LINES_OF_ONE + "-" + crowd, "line " + i + ".", i == count));
  }

  private void say(String user, String text, boolean last) {
    var body = new JsonObject().put("text", text).put("key", UUID.randomUUID().toString());
    if (last) {
      body.put("ack", "stored");
    }
    HttpRequest request =
        HttpRequest.newBuilder(messages)
            .timeout(WITHIN)
            .header("Authorization", "Bearer " + LiveSystem.token(user))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.encode()))
            .build();
    await()
        .pollDelay(Duration.ZERO)
        .atMost(WITHIN)
        .untilAsserted(() -> assertThat(send(request)).as(text).isBetween(200, 299));
  }

  private static int send(HttpRequest request) {
    try {
      HttpResponse<Void> answer = HTTP.send(request, BodyHandlers.discarding());
      return answer.statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

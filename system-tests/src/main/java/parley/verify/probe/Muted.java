package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;
import parley.verify.talk.Tokens;

/**
 * P4 where it is hardest: a message is accepted, its sender is muted, and then asks again whether
 * it was accepted. The answer is the number of the first time; anything new is refused.
 */
public final class Muted {
  /** May do everything, as a setting says. */
  public static final String ADMIN = "verify-admin";

  private static final String USER = "loudmouth";
  private static final int ROUNDS = 3;

  private final Cluster cluster;
  private final Verdict verdict;

  public Muted(Cluster cluster, Verdict verdict) {
    this.cluster = cluster;
    this.verdict = verdict;
  }

  public void run() throws IOException {
    try (Onlooker onlooker = Onlooker.patiently(cluster.port(0), USER, 0, (event, data) -> {});
        HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < ROUNDS; i++) {
        String room = "muted-" + i;
        onlooker.ask("join", new JsonObject().put("room", room));
        JsonObject first = send(onlooker, room, "before");
        mute(http, room);
        JsonObject fresh = send(onlooker, room, "after");
        JsonObject again = send(onlooker, room, "before");
        verdict.check(
            Promise.P4,
            first.getBoolean("ok", false)
                && again.getBoolean("ok", false)
                && again.getLong("seq").equals(first.getLong("seq")),
            "a message was accepted as %s; asked again after a mute: %s".formatted(first, again));
        verdict.check(
            Promise.P4,
            !fresh.getBoolean("ok", false)
                && fresh.getJsonObject("error").getString("code").equals("muted"),
            "someone who is muted sent something new: " + fresh);
      }
      verdict.remark(Promise.P4, "%d repeats by someone muted meanwhile".formatted(ROUNDS));
    }
  }

  private static JsonObject send(Onlooker onlooker, String room, String key) throws IOException {
    return onlooker.ask(
        "send", new JsonObject().put("room", room).put("text", key).put("key", key));
  }

  private void mute(HttpClient http, String room) throws IOException {
    URI path =
        URI.create(
            "http://127.0.0.1:%d/api/rooms/%s/mutes/%s".formatted(cluster.port(0), room, USER));
    HttpRequest request =
        HttpRequest.newBuilder(path)
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + Tokens.of(ADMIN))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"seconds\":600}"))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IOException("cannot mute: " + answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

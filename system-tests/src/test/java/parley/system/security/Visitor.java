package parley.system.security;

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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.system.LiveSystem;

/** Somebody with a token, or with something that wants to be one, who goes in by every door. */
record Visitor(URI node, String token) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration WITHIN = Duration.ofSeconds(30);

  /** A user with a good token. */
  static Visitor user(URI node, String id, String... roles) {
    return new Visitor(node, LiveSystem.token(id, roles));
  }

  Answer get(String path) {
    return http("GET", path, null);
  }

  Answer post(String path, JsonObject body) {
    return http("POST", path, body);
  }

  Answer http(String method, String path, @Nullable JsonObject body) {
    return Answer.of(send(request(method, path, body == null ? null : body.encode()).build()));
  }

  HttpRequest.Builder request(String method, String path, @Nullable String body) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(node + path))
            .timeout(WITHIN)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + token);
    return body == null ? builder : builder.header("Content-Type", "application/json");
  }

  static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** {@code GET /sse}, up to the first event that says whether one is let in. */
  Answer stream(String query) {
    HttpRequest request = request("GET", "/sse?" + query, null).build();
    try {
      var response = HTTP.send(request, BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() >= 400) {
          return Answer.of(response.statusCode(), new String(body.readAllBytes()));
        }
        StringBuilder text = new StringBuilder();
        byte[] some = new byte[4_096];
        for (int read = body.read(some); read >= 0; read = body.read(some)) {
          text.append(new String(some, 0, read));
          if (text.indexOf("event: joined") >= 0) {
            return new Answer(Answer.OK, text.toString());
          } else if (text.indexOf("event: refused") >= 0) {
            return new Answer("refused", text.toString());
          }
        }
        return new Answer("closed", text.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A plain WebSocket that has shown the token; use {@link #enterPlain} to see whether it was. */
  Talk plain() {
    Talk talk = Talk.plain(node, Map.of());
    talk.ask("auth", new JsonObject().put("token", token));
    return talk;
  }

  Answer enterPlain() {
    try (Talk talk = Talk.plain(node, Map.of())) {
      return talk.ask("auth", new JsonObject().put("token", token));
    }
  }

  Talk.SocketIo socketIo() {
    return Talk.socketIo(node, Map.of(), new JsonObject().put("token", token));
  }

  Answer enterSocketIo() {
    try (Talk.SocketIo talk = socketIo()) {
      return talk.connect();
    }
  }

  /** Socket.IO by long polling: handshake, CONNECT, and what the next poll says. */
  Answer enterPolling() {
    String path = "/socket.io/?EIO=4&transport=polling";
    String opened = send(HttpRequest.newBuilder(URI.create(node + path)).build()).body();
    String session = path + "&sid=" + new JsonObject(opened.substring(1)).getString("sid");
    send(
        HttpRequest.newBuilder(URI.create(node + session))
            .POST(BodyPublishers.ofString("40" + new JsonObject().put("token", token).encode()))
            .build());
    String told = send(HttpRequest.newBuilder(URI.create(node + session)).build()).body();
    if (told.startsWith("40")) {
      return new Answer(Answer.OK, told);
    }
    return told.startsWith("44")
        ? new Answer(
            new JsonObject(told.substring(2))
                .getJsonObject("data", new JsonObject())
                .getString("code", "refused"),
            told)
        : new Answer("closed", told);
  }
}

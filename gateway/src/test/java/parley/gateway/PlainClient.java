package parley.gateway;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A client of {@code /ws}. */
final class PlainClient implements WebSocket.Listener {
  final List<JsonObject> frames = new CopyOnWriteArrayList<>();
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;

  static PlainClient connect(HttpClient http, int port) {
    PlainClient client = new PlainClient();
    client.socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), client)
            .join();
    return client;
  }

  static PlainClient connect(HttpClient http, int port, String token) {
    PlainClient client = connect(http, port);
    JsonObject welcome = client.ask("auth", new JsonObject().put("token", token));
    if (!welcome.getBoolean("ok")) {
      throw new IllegalStateException(welcome.encode());
    }
    return client;
  }

  synchronized void send(String text) {
    socket.sendText(text, true).join();
  }

  synchronized void send(byte[] binary) {
    socket.sendBinary(ByteBuffer.wrap(binary), true).join();
  }

  JsonObject ask(String event, JsonObject data) {
    int id = ids.getAndIncrement();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    answers.put(id, answer);
    send(new JsonObject().put("id", id).put("event", event).put("data", data).encode());
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** The answer to what was no request. */
  JsonObject complaint() {
    Awaitility.await()
        .atMost(Town.SOON)
        .until(() -> frames.stream().anyMatch(PlainClient::isComplaint));
    JsonObject frame = frames.stream().filter(PlainClient::isComplaint).findFirst().orElseThrow();
    frames.remove(frame);
    return frame.getJsonObject("data").getJsonObject("error");
  }

  private static boolean isComplaint(JsonObject frame) {
    return frame.containsKey("id") && frame.getValue("id") == null;
  }

  List<JsonObject> heard(String event) {
    return frames.stream()
        .filter(frame -> event.equals(frame.getString("event")))
        .map(frame -> frame.getJsonObject("data"))
        .toList();
  }

  List<String> texts() {
    return heard("message").stream().map(message -> message.getString("text")).toList();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      JsonObject frame = new JsonObject(partial.toString());
      partial.setLength(0);
      frames.add(frame);
      if (frame.getValue("id") instanceof Integer id) {
        answers.get(id).complete(frame.getJsonObject("data"));
      }
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    noAnswers();
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(1006);
    noAnswers();
  }

  private void noAnswers() {
    answers.values().forEach(answer -> answer.completeExceptionally(new IOException("closed")));
  }
}

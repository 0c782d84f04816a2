package parley.system.operations;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of {@code /ws}: asks, and counts the messages that it hears. */
final class PlainClient implements WebSocket.Listener, AutoCloseable {
  private static final int ANSWER_SECONDS = 20;

  private final StringBuilder partial = new StringBuilder();
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicInteger typing = new AtomicInteger();
  private volatile CompletableFuture<JsonObject> answer = new CompletableFuture<>();
  private final WebSocket socket;

  PlainClient(HttpClient http, URI gateway, String token) {
    socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(URI.create(gateway.toString().replaceFirst("^http", "ws") + "/ws"), this)
            .join();
  }

  /** Says something and gives the answer; one thing at a time. */
  JsonObject ask(String event, JsonObject data) throws Exception {
    answer = new CompletableFuture<>();
    var frame = new JsonObject().put("id", 1).put("event", event).put("data", data);
    socket.sendText(frame.encode(), true).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  int messages() {
    return messages.get();
  }

  int typing() {
    return typing.get();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    partial.append(text);
    if (last) {
      JsonObject frame = new JsonObject(partial.toString());
      partial.setLength(0);
      String event = frame.getString("event", "");
      if (frame.containsKey("id")) {
        answer.complete(frame.getJsonObject("data"));
      } else if (event.equals("message")) {
        messages.incrementAndGet();
      } else if (event.equals("typing")) {
        typing.incrementAndGet();
      }
    }
    from.request(1);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {
    socket.abort();
  }
}

package parley.model;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client on {@code /ws} that knows where it is in each room and goes on there on whichever node
 * it finds.
 */
final class Participant implements WebSocket.Listener {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final long ANSWER_WITHIN_MS = 4_000;

  final String user;
  private final String token;
  private final HttpClient http;
  private final IntSupplier port;
  private final List<String> breaches;
  private final Chronicle chronicle;
  private final Map<String, Heard> rooms = new ConcurrentHashMap<>();
  private final Map<Long, Consumer<JsonObject>> waiting = new HashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final StringBuilder text = new StringBuilder();
  private @Nullable WebSocket socket;
  int resumes;

  Participant(
      String user,
      String token,
      HttpClient http,
      IntSupplier port,
      List<String> breaches,
      Chronicle chronicle) {
    this.user = user;
    this.token = token;
    this.http = http;
    this.port = port;
    this.breaches = breaches;
    this.chronicle = chronicle;
  }

  synchronized Heard heard(String room) {
    return rooms.computeIfAbsent(room, name -> new Heard(user, name, breaches));
  }

  /** The answer, or null if there was none: then nobody knows whether it was done. */
  @Nullable JsonObject ask(String event, JsonObject data) throws InterruptedException {
    return ask(event, data, answer -> {});
  }

  private @Nullable JsonObject ask(String event, JsonObject data, Consumer<JsonObject> inOrder)
      throws InterruptedException {
    WebSocket open = connected();
    if (open == null) {
      return null;
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    long id = ids.incrementAndGet();
    synchronized (this) {
      waiting.put(
          id,
          json -> {
            inOrder.accept(json);
            answer.complete(json);
          });
    }
    JsonObject frame = new JsonObject().put("id", id).put("event", event).put("data", data);
    chronicle.note(user, "asks " + (event.equals("auth") ? event : frame.encode()));
    try {
      synchronized (open) {
        open.sendText(frame.encode(), true).get(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
      }
      return answer.get(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      synchronized (this) {
        waiting.remove(id);
      }
      cut();
      return null;
    }
  }

  /** Makes an open room of its own; whether it is there. */
  boolean make(String room) throws InterruptedException {
    JsonObject wish = new JsonObject().put("id", room).put("kind", "open");
    int status = request("POST", "/rooms", wish);
    return status == 200 || status == 409;
  }

  int request(String method, String path) throws InterruptedException {
    return request(method, path, new JsonObject());
  }

  /** The status of a request to chat-service through any gateway, 0 if there was no answer. */
  private int request(String method, String path, JsonObject body) throws InterruptedException {
    chronicle.note(user, method + " " + path);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.getAsInt() + "/api" + path))
            .timeout(Duration.ofMillis(ANSWER_WITHIN_MS))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.encode()))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Joins where it left off; whether it is in. */
  boolean join(String room) throws InterruptedException {
    Heard heard = heard(room);
    Long after;
    synchronized (this) {
      after = heard.last();
      heard.asked();
    }
    JsonObject data = new JsonObject().put("room", room);
    if (after != null) {
      data.put("after", after);
      resumes++;
    }
    JsonObject answer =
        ask(
            "join",
            data,
            json -> {
              if (json.getBoolean("ok")) {
                heard.joined(json, after);
              }
            });
    return answer != null && answer.getBoolean("ok") && !answer.getBoolean("more");
  }

  void leave(String room) throws InterruptedException {
    synchronized (this) {
      heard(room).joined = false;
    }
    ask("leave", new JsonObject().put("room", room));
  }

  /** The connection breaks without a word. */
  void cut() {
    WebSocket open;
    synchronized (this) {
      open = socket;
      disconnected();
    }
    if (open != null) {
      open.abort();
    }
  }

  private synchronized void disconnected() {
    socket = null;
    rooms.values().forEach(heard -> heard.joined = false);
    text.setLength(0);
  }

  private @Nullable WebSocket connected() throws InterruptedException {
    synchronized (this) {
      if (socket != null) {
        return socket;
      }
    }
    try {
      WebSocket open =
          http.newWebSocketBuilder()
              .connectTimeout(CONNECT_WITHIN)
              .buildAsync(URI.create("ws://127.0.0.1:" + port.getAsInt() + "/ws"), this)
              .get(CONNECT_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      synchronized (this) {
        socket = open;
      }
      JsonObject answer = ask("auth", new JsonObject().put("token", token));
      if (answer == null || !answer.getBoolean("ok", false)) {
        cut();
        return null;
      }
      return open;
    } catch (ExecutionException | TimeoutException | CompletionException e) {
      return null;
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
    synchronized (this) {
      if (from == socket || socket == null) {
        text.append(part);
        if (whole) {
          String frame = text.toString();
          text.setLength(0);
          receive(new JsonObject(frame));
        }
      }
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    synchronized (this) {
      if (from == socket) {
        disconnected();
      }
    }
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    onClose(from, 0, "");
  }

  private void receive(JsonObject frame) {
    chronicle.note(user, "hears " + frame.encode());
    JsonObject data = frame.getJsonObject("data");
    if (frame.getValue("id") instanceof Number id) {
      Consumer<JsonObject> answered = waiting.remove(id.longValue());
      if (answered != null) {
        answered.accept(data);
      }
      return;
    }
    String room = data.getString("room", "");
    Heard heard = rooms.get(room);
    boolean event = data.containsKey("seq") && data.containsKey("prev");
    if (heard == null) {
      return;
    }
    if (!heard.joined) {
      if (event) {
        heard.stray(data);
      }
    } else if ("gap".equals(frame.getString("event"))) {
      heard.gap(data);
    } else if (event) {
      heard.event(data);
    }
  }
}

package parley.verify.talk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Heard;
import parley.verify.check.Observation;
import parley.verify.talk.Outgoing.Message;

/**
 * One plain WebSocket client that reconnects to any gateway and goes on after the last event it
 * has.
 */
final class WebSocketClient {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
  private static final long ANSWER_SECONDS = 4;
  private static final long AGAIN_MILLIS = 200;
  private static final long SILENCE_SECONDS_MAX = 12;

  /** The connection ended, or an answer did not come: connect anew. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(String message) {
      super(message);
    }
  }

  /** A request whose answer is awaited. */
  private record Asked(CompletableFuture<JsonObject> answer, Consumer<JsonObject> onArrival) {}

  private final HttpClient http;
  private final List<URI> doors;
  private final List<String> rooms;
  private final String token;
  private final Outgoing outgoing;
  private final Observation observation;
  private final Refusals refusals;
  private final Random random;
  private final Map<String, Long> last = new HashMap<>();
  private volatile boolean running = true;

  WebSocketClient(
      HttpClient http,
      List<URI> doors,
      List<String> rooms,
      String user,
      Outgoing outgoing,
      Observation observation,
      Refusals refusals,
      long seed) {
    this.http = http;
    this.doors = doors;
    this.rooms = rooms;
    this.token = Tokens.of(user);
    this.outgoing = outgoing;
    this.observation = observation;
    this.refusals = refusals;
    this.random = new Random(seed);
  }

  /** Runs on a virtual thread of its own until {@link #end}. */
  void run() {
    boolean first = true;
    while (running) {
      try (var connection = new Connection()) {
        connection.ask("auth", new JsonObject().put("token", token));
        for (String room : rooms) {
          join(connection, room);
        }
        if (!first) {
          rooms.forEach(room -> observation.add(new Heard.Returned(room, true, System.nanoTime())));
        }
        first = false;
        talk(connection);
      } catch (Broken e) {
        pause(AGAIN_MILLIS);
      }
    }
  }

  void end() {
    running = false;
  }

  private void talk(Connection connection) throws Broken {
    while (running) {
      connection.requireAlive();
      Message message = outgoing.next();
      if (message == null) {
        pause(20);
      } else {
        send(connection, message);
      }
    }
  }

  private void send(Connection connection, Message message) throws Broken {
    var data =
        new JsonObject()
            .put("room", message.room())
            .put("text", message.text())
            .put("key", message.key());
    if (outgoing.stored()) {
      data.put("ack", "stored");
    }
    JsonObject answer = connection.ask("send", data);
    if (answer.getBoolean("ok", false)) {
      outgoing.acked(message, answer.getLong("seq"));
    } else {
      refused(answer);
    }
  }

  private void join(Connection connection, String room) throws Broken {
    while (running) {
      var data = new JsonObject().put("room", room);
      Long after = lastOf(room);
      if (after != null) {
        data.put("after", after);
      }
      JsonObject answer = connection.ask("join", data, joined -> hearAll(room, joined));
      if (!answer.getBoolean("ok", false)) {
        refused(answer);
      } else if (!answer.getBoolean("more", false)) {
        return;
      }
    }
  }

  /** What a join brought; heard where it arrives, before the events behind it. */
  private void hearAll(String room, JsonObject joined) {
    JsonObject gap = joined.getJsonObject("gap");
    if (gap != null) {
      hearGap(gap.put("room", room));
    }
    JsonArray events = joined.getJsonArray("events", new JsonArray());
    for (int i = 0; i < events.size(); i++) {
      hear(events.getJsonObject(i));
    }
  }

  private void refused(JsonObject answer) {
    JsonObject error = answer.getJsonObject("error", new JsonObject());
    Long later = error.getLong("retryAfterMs");
    refusals.add(error.getString("code", "none"), later != null);
    pause(later == null ? AGAIN_MILLIS : Math.min(later, 2_000));
  }

  private @Nullable Long lastOf(String room) {
    synchronized (last) {
      return last.get(room);
    }
  }

  private void hear(JsonObject event) {
    String room = event.getString("room");
    long seq = event.getLong("seq");
    synchronized (last) {
      last.put(room, seq);
    }
    observation.add(
        new Heard.Event(
            room,
            seq,
            event.getLong("prev"),
            event.getLong("pos"),
            event.getString("type"),
            event.getString("text", ""),
            System.nanoTime()));
  }

  private void hearGap(JsonObject gap) {
    String room = gap.getString("room");
    long head = gap.getLong("head", 0L);
    synchronized (last) {
      last.put(room, head);
    }
    observation.add(new Heard.Gap(room, gap.getLong("after", 0L), head));
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(millis * 1_000_000);
  }

  /** One connection; frames are heard on the client's own thread of HttpClient, one at a time. */
  private final class Connection implements WebSocket.Listener, AutoCloseable {
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, Asked> answers = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;
    private volatile boolean open = true;
    private volatile long heardAt = System.nanoTime();

    Connection() throws Broken {
      URI door = doors.get(random.nextInt(doors.size()));
      try {
        socket =
            http.newWebSocketBuilder()
                .connectTimeout(CONNECT_MAX)
                .buildAsync(URI.create(door.toString().replace("http", "ws") + "/ws"), this)
                .get(CONNECT_MAX.toSeconds() + 1, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new Broken(String.valueOf(e));
      }
    }

    JsonObject ask(String event, JsonObject data) throws Broken {
      return ask(event, data, answer -> {});
    }

    /** {@code onArrival} sees the answer before any frame behind it is taken. */
    JsonObject ask(String event, JsonObject data, Consumer<JsonObject> onArrival) throws Broken {
      int id = ids.incrementAndGet();
      var answer = new CompletableFuture<JsonObject>();
      answers.put(id, new Asked(answer, onArrival));
      try {
        socket
            .sendText(
                new JsonObject().put("id", id).put("event", event).put("data", data).encode(), true)
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
        long patience = "stored".equals(data.getString("ack")) ? 12 : ANSWER_SECONDS;
        return answer.get(patience, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new Broken("no answer");
      } catch (Exception e) {
        throw new Broken(String.valueOf(e));
      } finally {
        answers.remove(id);
      }
    }

    void requireAlive() throws Broken {
      boolean silent = System.nanoTime() - heardAt > TimeUnit.SECONDS.toNanos(SILENCE_SECONDS_MAX);
      if (!open || silent) {
        throw new Broken("gone");
      }
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean isLast) {
      heardAt = System.nanoTime();
      text.append(part);
      if (isLast) {
        var frame = new JsonObject(text.toString());
        text.setLength(0);
        take(frame);
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void take(JsonObject frame) {
      Integer id = frame.getInteger("id");
      JsonObject data = frame.getJsonObject("data", new JsonObject());
      String event = frame.getString("event");
      if (id != null && event == null) {
        Asked asked = answers.get(id);
        if (asked != null) {
          asked.onArrival().accept(data);
          asked.answer().complete(data);
        }
      } else if ("gap".equals(event)) {
        hearGap(data);
      } else if (data.containsKey("seq") && data.containsKey("prev")) {
        hear(data);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
      open = false;
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onPing(WebSocket webSocket, java.nio.ByteBuffer message) {
      heardAt = System.nanoTime();
      return WebSocket.Listener.super.onPing(webSocket, message);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      open = false;
    }

    @Override
    public void close() {
      socket.abort();
    }
  }
}

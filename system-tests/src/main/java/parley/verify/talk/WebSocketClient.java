package parley.verify.talk;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
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
import parley.verify.check.Observation;
import parley.verify.check.Return;
import parley.verify.talk.Outgoing.Message;

/**
 * One plain WebSocket client that reconnects to any gateway and goes on after the last event it
 * has.
 */
final class WebSocketClient {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
  private static final long ANSWER_SECONDS = 4;
  private static final long AGAIN_MILLIS = 200;
  private static final int REACTED = 4;
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
  private final Ear ear;
  private final Refusals refusals;
  private final Random random;
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
    this.ear = new Ear(observation);
    this.refusals = refusals;
    this.random = new Random(seed);
  }

  /** Runs on a virtual thread of its own until {@link #end}. */
  void run() {
    long leftNanos = 0;
    while (running) {
      try (var connection = new Connection()) {
        authenticate(connection);
        for (String room : rooms) {
          join(connection, room);
        }
        if (leftNanos != 0) {
          ear.observation()
              .add(new Return(leftNanos, System.nanoTime(), true, connection.resumed, false));
        }
        leftNanos = 0;
        talk(connection);
      } catch (Broken e) {
        leftNanos = leftNanos == 0 ? System.nanoTime() : leftNanos;
        pause(AGAIN_MILLIS);
      }
    }
  }

  void end() {
    running = false;
  }

  /** A gateway that cannot tell yet who this is may know it the next time, or another may. */
  private void authenticate(Connection connection) throws Broken {
    JsonObject answer = connection.ask("auth", new JsonObject().put("token", token));
    if (!answer.getBoolean("ok", false)) {
      refused(answer);
      throw new Broken("not let in");
    }
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
      react(connection, message, answer.getLong("seq"));
    } else {
      refused(answer);
    }
  }

  /** Now and then a reaction to one's own message, and now and then it is taken back. */
  private void react(Connection connection, Message message, long seq) throws Broken {
    if (random.nextInt(REACTED) == 0) {
      var reaction = new JsonObject().put("room", message.room()).put("seq", seq);
      connection.ask("react", reaction.put("emoji", "+1").put("on", true));
      if (random.nextInt(REACTED) == 0) {
        connection.ask("react", reaction.copy().put("on", false));
      }
    }
  }

  private void join(Connection connection, String room) throws Broken {
    while (running) {
      var data = new JsonObject().put("room", room);
      Long after = ear.last(room);
      if (after != null) {
        data.put("after", after);
      }
      JsonObject answer =
          connection.ask(
              "join",
              data,
              joined -> {
                if (joined.getBoolean("ok", false)) {
                  connection.resumed &= joined.getJsonObject("gap") == null;
                  ear.answered(room, joined);
                }
              });
      if (!answer.getBoolean("ok", false)) {
        refused(answer);
      } else if (!answer.getBoolean("more", false)) {
        return;
      }
    }
  }

  private void refused(JsonObject answer) {
    pause(refusals.add(answer));
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
    private volatile boolean resumed = true;
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
      } else if (event != null) {
        ear.hear(event, data);
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

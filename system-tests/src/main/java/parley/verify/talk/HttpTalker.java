package parley.verify.talk;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Observation;
import parley.verify.check.Return;
import parley.verify.talk.Outgoing.Message;

/**
 * One client that has nothing but HTTP: it sends by POST, and hears by server-sent events, by long
 * or by short polling. Every request may go to another gateway.
 */
final class HttpTalker {
  /** How it hears. */
  enum Way {
    SSE("sse"),
    LONG("long polling"),
    SHORT("short polling");

    final String words;

    Way(String words) {
      this.words = words;
    }
  }

  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final Duration STORED_MAX = Duration.ofSeconds(13);
  private static final int WAIT_SECONDS = 5;
  private static final long SILENCE_NANOS_MAX = 25_000_000_000L;
  private static final long SHORT_MILLIS = 400;
  private static final long AGAIN_MILLIS = 200;
  private static final int OK = 200;

  private final HttpClient http;
  private final List<URI> doors;
  private final List<String> rooms;
  private final String token;
  private final Outgoing outgoing;
  private final Ear ear;
  private final Refusals refusals;
  private final Random random;
  private final Way way;
  private volatile boolean running = true;

  HttpTalker(
      HttpClient http,
      List<URI> doors,
      List<String> rooms,
      String user,
      Outgoing outgoing,
      Observation observation,
      Refusals refusals,
      Way way,
      long seed) {
    this.http = http;
    this.doors = doors;
    this.rooms = rooms;
    this.token = Tokens.of(user);
    this.outgoing = outgoing;
    this.ear = new Ear(observation);
    this.refusals = refusals;
    this.way = way;
    this.random = new Random(seed);
  }

  void start() {
    Thread.ofVirtual().start(this::send);
    if (way == Way.SSE) {
      Thread.ofVirtual().start(this::stream);
    } else {
      rooms.forEach(room -> Thread.ofVirtual().start(() -> poll(room)));
    }
  }

  void end() {
    running = false;
  }

  private HttpRequest.Builder request(String path) {
    URI door;
    synchronized (random) {
      door = doors.get(random.nextInt(doors.size()));
    }
    return HttpRequest.newBuilder(door.resolve(path)).header("Authorization", "Bearer " + token);
  }

  private void send() {
    while (running) {
      Message message = outgoing.next();
      if (message == null) {
        pause(20);
        continue;
      }
      var body = new JsonObject().put("text", message.text()).put("key", message.key());
      if (outgoing.stored()) {
        body.put("ack", "stored");
      }
      JsonObject answer =
          ask(
              request("/api/rooms/" + message.room() + "/messages")
                  .timeout(outgoing.stored() ? STORED_MAX : ANSWER_MAX)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                  .build());
      if (answer == null) {
        pause(AGAIN_MILLIS);
      } else if (answer.getBoolean("ok", false)) {
        outgoing.acked(message, answer.getLong("seq"));
      } else {
        pause(refusals.add(answer));
      }
    }
  }

  private void poll(String room) {
    long leftNanos = 0;
    while (running) {
      Long after = ear.last(room);
      int wait = way == Way.LONG ? WAIT_SECONDS : 0;
      JsonObject answer =
          ask(
              request(
                      "/api/rooms/%s/events?wait=%d%s"
                          .formatted(room, wait, after == null ? "" : "&after=" + after))
                  .timeout(ANSWER_MAX.plusSeconds(wait))
                  .build());
      if (answer == null) {
        leftNanos = leftNanos == 0 ? System.nanoTime() : leftNanos;
        pause(AGAIN_MILLIS);
      } else if (answer.containsKey("error")) {
        pause(refusals.add(answer));
      } else {
        ear.answered(room, answer);
        leftNanos = returned(leftNanos);
        pause(way == Way.SHORT && !answer.getBoolean("more", false) ? SHORT_MILLIS : 0);
      }
    }
  }

  private long returned(long leftNanos) {
    if (leftNanos != 0) {
      ear.observation().add(new Return(leftNanos, System.nanoTime(), true, true, false));
    }
    return 0;
  }

  private @Nullable JsonObject ask(HttpRequest request) {
    try {
      return new JsonObject(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException | DecodeException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
      return null;
    }
  }

  private void stream() {
    String lastId = null;
    long leftNanos = 0;
    while (running) {
      HttpRequest.Builder request = request("/sse?room=" + String.join("&room=", rooms));
      if (lastId == null) {
        ear.forget(); // as a browser, which has only the id of an event to come back with
      } else {
        request.header("Last-Event-ID", lastId);
      }
      try {
        HttpResponse<InputStream> response =
            http.send(request.timeout(ANSWER_MAX).build(), BodyHandlers.ofInputStream());
        if (response.statusCode() == OK) {
          leftNanos = returned(leftNanos);
          lastId = new Stream(response.body(), lastId).read();
        } else {
          refused(response.body());
        }
      } catch (IOException e) {
        // The connection was not made; again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      leftNanos = leftNanos == 0 ? System.nanoTime() : leftNanos;
      pause(AGAIN_MILLIS);
    }
  }

  private void refused(InputStream body) throws IOException {
    try (body) {
      pause(refusals.add(new JsonObject(new String(body.readAllBytes(), StandardCharsets.UTF_8))));
    } catch (DecodeException e) {
      throw new IOException("no JSON", e);
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(millis * 1_000_000);
  }

  /** One stream of events until it ends, or is silent for longer than its heartbeat allows. */
  private final class Stream {
    private final InputStream body;
    private @Nullable String lastId;
    private volatile long heardAt = System.nanoTime();
    private volatile boolean over;

    Stream(InputStream body, @Nullable String lastId) {
      this.body = body;
      this.lastId = lastId;
      Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
      while (!over) {
        pause(500);
        if (!running || System.nanoTime() - heardAt > SILENCE_NANOS_MAX) {
          try {
            body.close();
          } catch (IOException e) {
            // It is over either way.
          }
          return;
        }
      }
    }

    @Nullable String read() {
      try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        String event = "message";
        String id = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          heardAt = System.nanoTime();
          if (line.startsWith("event: ")) {
            event = line.substring("event: ".length());
          } else if (line.startsWith("id: ")) {
            id = line.substring("id: ".length());
          } else if (line.startsWith("data: ")) {
            take(event, new JsonObject(line.substring("data: ".length())));
          } else if (line.isEmpty()) {
            lastId = id == null ? lastId : id;
            event = "message";
            id = null;
          }
        }
      } catch (IOException | DecodeException e) {
        // Cut; what came whole counts.
      } finally {
        over = true;
      }
      return lastId;
    }

    private void take(String event, JsonObject data) {
      switch (event) {
        case "joined" -> ear.answered(data.getString("room"), data);
        case "refused" -> {
          pause(refusals.add(data));
          throw new DecodeException("refused: connect anew");
        }
        default -> ear.hear(event, data);
      }
    }
  }
}

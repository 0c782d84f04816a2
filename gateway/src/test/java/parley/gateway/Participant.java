package parley.gateway;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Someone in one room over one transport, who keeps the events heard and can go on at another node.
 */
abstract class Participant implements AutoCloseable {
  final Town town;
  final String room;
  final String token;

  /** The durable events, in the order they were heard. */
  final List<JsonObject> events = new CopyOnWriteArrayList<>();

  volatile int node;

  private Participant(Town town, int node, String room, String user) {
    this.town = town;
    this.node = node;
    this.room = room;
    this.token = town.token(user);
  }

  /** Whether it was accepted. */
  abstract boolean say(String text, String key);

  abstract void moveTo(int other);

  List<Long> seqs() {
    return events.stream().map(event -> event.getLong("seq")).toList();
  }

  final JsonObject message(String text, String key) {
    return new JsonObject().put("room", room).put("text", text).put("key", key);
  }

  final boolean post(String text, String key) {
    try {
      JsonObject body = message(text, key);
      body.remove("room");
      return town.post(node, "/api/rooms/" + room + "/messages", token, body.encode()).statusCode()
          == 201;
    } catch (UncheckedIOException e) {
      return false; // the node is gone
    }
  }

  final void hear(JsonArray page) {
    page.forEach(event -> events.add((JsonObject) event));
  }

  final long last() {
    return events.isEmpty() ? 0 : events.getLast().getLong("seq");
  }

  @Override
  public void close() {}

  /** Recovered by its pid and offset, as the unmodified client does it. */
  static final class SocketIo extends Participant {
    private RawSocketIo socket;
    private final List<RawSocketIo> all = new ArrayList<>();

    SocketIo(Town town, int node, String room, String user) {
      super(town, node, room, user);
      socket = RawSocketIo.connect(town.http, town.port(node), token);
      all.add(socket);
      socket.ask("join", new JsonObject().put("room", room).put("after", 0));
    }

    @Override
    boolean say(String text, String key) {
      try {
        return socket.ask("send", message(text, key)).getBoolean("ok");
      } catch (RuntimeException gone) {
        return false;
      }
    }

    @Override
    void moveTo(int other) {
      node = other;
      JsonObject auth =
          new JsonObject()
              .put("token", token)
              .put("pid", socket.pid())
              .put("offset", socket.offset());
      String sid = socket.sid();
      socket = RawSocketIo.connect(town.http, town.port(other), auth);
      if (!socket.sid().equals(sid)) {
        throw new IllegalStateException("not recovered");
      }
      all.add(socket);
    }

    @Override
    List<Long> seqs() {
      return all.stream()
          .flatMap(each -> each.heard("message").stream())
          .map(event -> event.getLong("seq"))
          .toList();
    }
  }

  /** Joins again behind the last event it has. */
  static final class Plain extends Participant {
    private PlainClient socket;
    private List<Long> before = List.of();

    Plain(Town town, int node, String room, String user) {
      super(town, node, room, user);
      socket = PlainClient.connect(town.http, town.port(node), token);
      join();
    }

    private void join() {
      List<Long> known = seqs();
      long after = known.isEmpty() ? 0 : known.getLast();
      JsonObject joined =
          socket.ask("join", new JsonObject().put("room", room).put("after", after));
      joined
          .getJsonArray("events")
          .forEach(event -> missed.add(((JsonObject) event).getLong("seq")));
    }

    private final List<Long> missed = new CopyOnWriteArrayList<>();

    @Override
    boolean say(String text, String key) {
      try {
        return socket.ask("send", message(text, key)).getBoolean("ok");
      } catch (RuntimeException gone) {
        return false;
      }
    }

    @Override
    void moveTo(int other) {
      node = other;
      before = seqs();
      missed.clear();
      socket = PlainClient.connect(town.http, town.port(other), token);
      join();
    }

    @Override
    List<Long> seqs() {
      List<Long> all = new ArrayList<>(before);
      all.addAll(missed);
      socket.heard("message").forEach(event -> all.add(event.getLong("seq")));
      return all;
    }
  }

  /** A stream that goes on behind its Last-Event-ID; says things by HTTP. */
  static final class Stream extends Participant {
    private volatile String lastId;

    Stream(Town town, int node, String room, String user) {
      super(town, node, room, user);
      open();
    }

    private void open() {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(town.url(node) + "/sse?room=" + room + "&after=0"))
              .header("Authorization", "Bearer " + token);
      if (lastId != null) {
        request.header("Last-Event-ID", lastId);
      }
      InputStream body =
          town.http
              .sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
              .join()
              .body();
      Thread.ofVirtual().start(() -> read(body));
    }

    private void read(InputStream body) {
      try {
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))
            .lines()
            .forEach(this::line);
      } catch (UncheckedIOException e) {
        // the node is gone
      }
    }

    private void line(String line) {
      if (line.startsWith("id: ")) {
        lastId = line.substring(4);
      } else if (line.startsWith("data: ") && line.contains("\"type\":\"message\"")) {
        events.add(new JsonObject(line.substring(6)));
      }
    }

    @Override
    boolean say(String text, String key) {
      return post(text, key);
    }

    @Override
    void moveTo(int other) {
      node = other;
      open();
    }
  }

  /** Asks for what comes behind the last event it has, again and again. */
  static final class Polling extends Participant {
    private final int waitSeconds;
    private volatile boolean closed;

    Polling(Town town, int node, String room, String user, int waitSeconds) {
      super(town, node, room, user);
      this.waitSeconds = waitSeconds;
      Thread.ofVirtual().start(this::poll);
    }

    private void poll() {
      while (!closed) {
        try {
          HttpResponse<String> answer =
              town.get(
                  node,
                  "/api/rooms/" + room + "/events?wait=" + waitSeconds + "&after=" + last(),
                  token);
          if (answer.statusCode() == 200) {
            hear(new JsonObject(answer.body()).getJsonArray("events"));
          }
        } catch (UncheckedIOException e) {
          Thread.onSpinWait(); // the node is gone: somebody will say where to go
        }
      }
    }

    @Override
    boolean say(String text, String key) {
      return post(text, key);
    }

    @Override
    void moveTo(int other) {
      node = other;
    }

    @Override
    List<Long> seqs() {
      return events.stream()
          .filter(event -> event.getString("type").equals("message"))
          .map(event -> event.getLong("seq"))
          .toList();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}

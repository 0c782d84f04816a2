package parley.system.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;

/** A connection that says the vocabulary's events and waits for each answer. */
abstract sealed class Talk implements AutoCloseable {
  final Line line;
  private final StringBuilder heard = new StringBuilder();
  private int asked;

  private Talk(Line line) {
    this.line = line;
  }

  /** The answer, or {@code closed}. */
  Answer ask(String event, JsonObject data) {
    return askRaw(event, data.encode());
  }

  /** The same with data that need not be JSON. */
  Answer askRaw(String event, String data) {
    int id = ++asked;
    line.say(request(id, event, data));
    while (true) {
      String text = line.next();
      if (text.startsWith(Line.CLOSED)) {
        return new Answer("closed", text.substring(Line.CLOSED.length()));
      }
      JsonObject answer = answer(id, text);
      if (answer != null) {
        return Answer.of(answer);
      }
      heard.append(text).append('\n');
      heard(text);
    }
  }

  /** Everything that came and was no answer, up to an answer that is asked for now. */
  String heardUntilNow() {
    ask("typing", new JsonObject().put("room", "never-joined").put("on", true));
    return heard.toString();
  }

  abstract String request(int id, String event, String data);

  /** The answer to this request, or null if the text is something else. */
  abstract @org.jspecify.annotations.Nullable JsonObject answer(int id, String text);

  void heard(String text) {}

  @Override
  public void close() {
    line.close();
  }

  /** {@code /ws}; the connection is not let in yet. */
  static Talk plain(URI node, Map<String, String> headers) {
    return new Plain(new Line(node.resolve("/ws"), headers));
  }

  /** Socket.IO over a WebSocket, up to the answer to CONNECT. */
  static SocketIo socketIo(URI node, Map<String, String> headers, JsonObject auth) {
    return new SocketIo(
        new Line(node.resolve("/socket.io/?EIO=4&transport=websocket"), headers), auth);
  }

  private static final class Plain extends Talk {
    private Plain(Line line) {
      super(line);
    }

    @Override
    String request(int id, String event, String data) {
      return "{\"id\":%d,\"event\":\"%s\",\"data\":%s}".formatted(id, event, data);
    }

    @Override
    @org.jspecify.annotations.Nullable
    JsonObject answer(int id, String text) {
      JsonObject frame = new JsonObject(text);
      boolean malformed = frame.containsKey("id") && frame.getValue("id") == null;
      return malformed || Integer.valueOf(id).equals(frame.getInteger("id"))
          ? frame.getJsonObject("data")
          : null;
    }
  }

  static final class SocketIo extends Talk {
    private static final String CONNECTED = "40";
    private static final String REFUSED = "44";
    private final Answer connect;

    private SocketIo(Line line, JsonObject auth) {
      super(line);
      line.next(); // Engine.IO's own greeting
      line.say(CONNECTED + auth.encode());
      this.connect = connected(line);
    }

    /** What comes before the answer to CONNECT are the events that a recovery replays. */
    private static Answer connected(Line line) {
      StringBuilder before = new StringBuilder();
      while (true) {
        String text = line.next();
        if (text.startsWith(Line.CLOSED)) {
          return new Answer("closed", before + text);
        } else if (text.startsWith(REFUSED)) {
          JsonObject told = new JsonObject(text.substring(2));
          JsonObject error = told.getJsonObject("data", new JsonObject());
          return new Answer(error.getString("code", "refused"), text);
        } else if (text.startsWith(CONNECTED)) {
          return new Answer(Answer.OK, before + text.substring(2));
        }
        before.append(text).append('\n');
      }
    }

    /** How CONNECT was answered; with {@code ok}, the text holds sid and pid. */
    Answer connect() {
      return connect;
    }

    @Override
    String request(int id, String event, String data) {
      return "42%d[\"%s\",%s]".formatted(id, event, data);
    }

    @Override
    @org.jspecify.annotations.Nullable
    JsonObject answer(int id, String text) {
      String head = "43" + id + "[";
      return text.startsWith(head)
          ? new JsonArray(text.substring(head.length() - 1)).getJsonObject(0)
          : null;
    }

    @Override
    void heard(String text) {
      if (text.equals("2")) {
        line.say("3");
      }
    }
  }
}

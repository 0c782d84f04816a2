package parley.gateway;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A Socket.IO client packet by packet, to see what a real one hides. */
final class RawSocketIo implements WebSocket.Listener {
  final List<String> packets = new CopyOnWriteArrayList<>();
  final List<JsonArray> events = new CopyOnWriteArrayList<>();

  /** Binary events, their parts as text in Base64 where the placeholders were. */
  final List<JsonArray> binaryEvents = new CopyOnWriteArrayList<>();

  private final List<byte[]> parts = new ArrayList<>();
  private String binaryPacket;
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<JsonObject>> acks = new ConcurrentHashMap<>();
  private final AtomicInteger ackIds = new AtomicInteger();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;
  private volatile JsonObject connect;
  private volatile JsonObject refused;

  /** Connects to the namespace; the answer is in {@link #sid} or {@link #refusal}. */
  static RawSocketIo connect(HttpClient http, int port, JsonObject auth) {
    return connect(http, port, auth, Optional.empty());
  }

  /**
   * @param address where the client is as a proxy in between tells
   */
  static RawSocketIo connect(HttpClient http, int port, JsonObject auth, Optional<String> address) {
    RawSocketIo client = new RawSocketIo();
    WebSocket.Builder builder = http.newWebSocketBuilder();
    address.ifPresent(known -> builder.header("X-Forwarded-For", known));
    client.socket =
        builder
            .buildAsync(
                URI.create("ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket"),
                client)
            .join();
    client.send("40" + auth.encode());
    Awaitility.await()
        .atMost(Town.SOON)
        .until(() -> client.connect != null || client.refused != null || client.closed.isDone());
    return client;
  }

  static RawSocketIo connect(HttpClient http, int port, String token) {
    return connect(http, port, new JsonObject().put("token", token));
  }

  String sid() {
    return connect.getString("sid");
  }

  String pid() {
    return connect.getString("pid");
  }

  JsonObject refusal() {
    return refused;
  }

  synchronized void send(String packet) {
    socket.sendText(packet, true).join();
  }

  JsonObject ask(String event, JsonObject data) {
    return later(event, data).orTimeout(20, TimeUnit.SECONDS).join();
  }

  CompletableFuture<JsonObject> later(String event, Object... args) {
    int id = ackIds.getAndIncrement();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    acks.put(id, answer);
    JsonArray packet = new JsonArray().add(event);
    for (Object arg : args) {
      packet.add(arg);
    }
    send("42" + id + packet.encode());
    return answer;
  }

  /** An event whose JSON has a placeholder for each part. */
  CompletableFuture<JsonObject> withParts(String event, JsonObject data, byte[]... parts) {
    int id = ackIds.getAndIncrement();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    acks.put(id, answer);
    send("45" + parts.length + "-" + id + new JsonArray().add(event).add(data).encode());
    for (byte[] part : parts) {
      socket.sendBinary(ByteBuffer.wrap(part), true).join();
    }
    return answer;
  }

  static JsonObject part(int index) {
    return new JsonObject().put("_placeholder", true).put("num", index);
  }

  /** The objects of the events of a name. */
  List<JsonObject> heard(String event) {
    return events.stream()
        .filter(args -> args.getString(0).equals(event))
        .map(args -> args.getJsonObject(1))
        .toList();
  }

  List<String> texts() {
    return heard("message").stream().map(message -> message.getString("text")).toList();
  }

  /** The last offset, as a client keeps it: any string that ends an event. */
  String offset() {
    return events.stream()
        .filter(args -> args.getValue(args.size() - 1) instanceof String)
        .reduce((a, b) -> b)
        .map(args -> args.getString(args.size() - 1))
        .orElse(null);
  }

  /** The connection is cut without a word of the protocol. */
  void cut() {
    socket.abort();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      String packet = partial.toString();
      partial.setLength(0);
      received(packet);
    }
    from.request(1);
    return null;
  }

  private void received(String packet) {
    if (packet.equals("2")) {
      send("3");
      return;
    }
    packets.add(packet);
    if (packet.startsWith("40")) {
      connect = new JsonObject(packet.substring(2));
    } else if (packet.startsWith("44")) {
      refused = new JsonObject(packet.substring(2));
    } else if (packet.startsWith("42")) {
      events.add(new JsonArray(packet.substring(2)));
    } else if (packet.startsWith("45")) {
      binaryPacket = packet;
    } else if (packet.startsWith("43")) {
      int bracket = packet.indexOf('[');
      int id = Integer.parseInt(packet.substring(2, bracket));
      CompletableFuture<JsonObject> ack = acks.get(id);
      if (ack != null) { // else it was asked for by a packet written by hand
        ack.complete(new JsonArray(packet.substring(bracket)).getJsonObject(0));
      }
    }
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    parts.add(part);
    int count = Integer.parseInt(binaryPacket.substring(2, binaryPacket.indexOf('-')));
    if (parts.size() == count) {
      String json = binaryPacket.substring(binaryPacket.indexOf('['));
      for (int i = 0; i < count; i++) {
        json =
            json.replace(
                part(i).encode(), '"' + Base64.getEncoder().encodeToString(parts.get(i)) + '"');
      }
      parts.clear();
      binaryEvents.add(new JsonArray(json));
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
    acks.values().forEach(ack -> ack.completeExceptionally(new IOException("closed")));
  }
}

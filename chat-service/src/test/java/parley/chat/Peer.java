package parley.chat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A tiny process of the contract: it answers where a gateway (tails) and history-service (heads,
 * events, messages, unread counts) would. What it knows is what a test has told it.
 */
final class Peer implements AutoCloseable {
  /** Room to the JSONs of its committed events, by seq. */
  final Map<String, TreeMap<Long, String>> committed = new ConcurrentHashMap<>();

  /** Shard to what this "gateway" holds in its rings. */
  final Map<Integer, List<String>> rings = new ConcurrentHashMap<>();

  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile long seen;
  volatile long floor;

  /** Highest pos of any shard; not told if it is 0, as a history-service of before would not. */
  volatile long clock;

  volatile long tailDelayMs;
  volatile boolean historyDown;

  /** Questions that it did not answer because its history was down. */
  final AtomicInteger refused = new AtomicInteger();

  /** Where a message is looked up that is not committed: the log. */
  volatile Function<String, List<JsonObject>> log = room -> List.of();

  private final Vertx vertx;
  private final String secret;
  private final HttpServer server;

  Peer(Vertx vertx, String secret) {
    this.vertx = vertx;
    this.secret = secret;
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false)).handler(this::check);
    router.post("/internal/tails").handler(this::tails);
    router.get("/internal/shards/:shard/heads").handler(this::shard);
    router.post("/internal/rooms/heads").handler(this::heads);
    router.get("/internal/rooms/:room/events").handler(this::events);
    router.get("/internal/rooms/:room/messages/:seq").blockingHandler(this::message);
    router.get("/internal/rooms/:room/keys").handler(this::keys);
    router.get("/internal/rooms/:room/changes/:key").handler(this::change);
    router.post("/internal/users/:user/unread").blockingHandler(this::unread);
    this.server =
        Trial.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  String url() {
    return "http://" + address();
  }

  void commit(String room, String event) {
    JsonObject json = new JsonObject(event);
    committed.computeIfAbsent(room, r -> new TreeMap<>()).put(json.getLong("seq"), event);
    floor = Math.max(floor, json.getLong("pos"));
  }

  private void check(RoutingContext context) {
    if (!secret.equals(context.request().getHeader("Parley-Cluster"))) {
      context.response().setStatusCode(401).end();
    } else if (historyDown && !context.request().path().endsWith("/tails")) {
      refused.incrementAndGet();
      context.response().setStatusCode(503).end();
    } else {
      asked.add(context.request().method() + " " + context.request().path());
      context.next();
    }
  }

  private void tails(RoutingContext context) {
    int shard = context.body().asJsonObject().getInteger("shard");
    JsonObject answer =
        new JsonObject()
            .put("floor", seen)
            .put("events", new JsonArray(new ArrayList<>(rings.getOrDefault(shard, List.of()))));
    if (tailDelayMs > 0) {
      vertx.timer(tailDelayMs, TimeUnit.MILLISECONDS).onSuccess(t -> context.json(answer));
    } else {
      context.json(answer);
    }
  }

  private void shard(RoutingContext context) {
    JsonObject answer = new JsonObject().put("floor", floor).put("heads", new JsonObject());
    context.json(clock == 0 ? answer : answer.put("clock", clock));
  }

  private void heads(RoutingContext context) {
    JsonObject heads = new JsonObject();
    for (Object room : context.body().asJsonObject().getJsonArray("rooms")) {
      TreeMap<Long, String> events = committed.get((String) room);
      if (events != null) {
        JsonObject last = new JsonObject(events.lastEntry().getValue());
        heads.put(
            (String) room,
            new JsonObject().put("seq", last.getLong("seq")).put("pos", last.getLong("pos")));
      }
    }
    context.json(new JsonObject().put("heads", heads));
  }

  private void events(RoutingContext context) {
    long after = Long.parseLong(context.request().getParam("after"));
    long until = Long.parseLong(context.request().getParam("until"));
    JsonArray events = new JsonArray();
    committed
        .getOrDefault(context.pathParam("room"), new TreeMap<>())
        .subMap(after, false, until, true)
        .values()
        .forEach(event -> events.add(new JsonObject(event)));
    context.json(new JsonObject().put("events", events));
  }

  private void keys(RoutingContext context) {
    long since = Long.parseLong(context.request().getParam("since"));
    JsonArray keys = new JsonArray();
    for (String event :
        committed.getOrDefault(context.pathParam("room"), new TreeMap<>()).values()) {
      JsonObject json = new JsonObject(event);
      if (json.containsKey("key") && json.getLong("pos") >= since) {
        JsonObject from = json.getJsonObject("from");
        JsonArray keyed = new JsonArray().add(from == null ? null : from.getString("id"));
        List.of("key", "seq", "prev", "pos", "ts").forEach(name -> keyed.add(json.getValue(name)));
        keys.add(keyed);
      }
    }
    context.json(new JsonObject().put("keys", keys));
  }

  private void change(RoutingContext context) {
    String key = context.pathParam("key");
    boolean known =
        committed.getOrDefault(context.pathParam("room"), new TreeMap<>()).values().stream()
            .anyMatch(event -> key.equals(new JsonObject(event).getString("key")));
    if (known) {
      context.json(new JsonObject().put("seq", 1));
    } else {
      notFound(context);
    }
  }

  private static void notFound(RoutingContext context) {
    JsonObject error = new JsonObject().put("code", "not_found").put("message", "none");
    context
        .response()
        .setStatusCode(404)
        .end(new JsonObject().put("ok", false).put("error", error).toBuffer());
  }

  private void message(RoutingContext context) {
    String room = context.pathParam("room");
    long seq = Long.parseLong(context.pathParam("seq"));
    String stored = committed.getOrDefault(room, new TreeMap<>()).get(seq);
    JsonObject found = stored == null ? null : new JsonObject(stored);
    boolean deleted = false;
    for (JsonObject event : log.apply(room)) {
      if (event.getLong("seq") == seq) {
        found = event;
      }
      deleted |= "deleted".equals(event.getString("type")) && event.getLong("target") == seq;
    }
    if (found == null) {
      notFound(context);
    } else {
      context.json(deleted ? found.put("deleted", true) : found);
    }
  }

  private void unread(RoutingContext context) {
    JsonObject rooms = new JsonObject();
    for (Object room : context.body().asJsonObject().getJsonArray("rooms")) {
      List<JsonObject> events = log.apply((String) room);
      JsonObject counts = new JsonObject().put("unread", events.size());
      if (!events.isEmpty()) {
        counts.put("last", events.getLast());
      }
      rooms.put((String) room, counts);
    }
    context.json(new JsonObject().put("rooms", rooms));
  }

  @Override
  public void close() {
    Trial.await(server.close());
  }
}

package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisOptions;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Services;
import parley.protocol.ErrorCode;
import parley.protocol.MemberState;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.ShardKeys;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Load;
import parley.protocol.functions.Open;

/**
 * Opens shards and loads rooms as chat-service does, without Postgres and without healing; keeps a
 * history in memory.
 */
final class Opener implements Services, AutoCloseable {
  final AtomicInteger openings = new AtomicInteger();
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger historyCalls = new AtomicInteger();
  final Map<String, Map<String, MemberState>> members = new ConcurrentHashMap<>();
  final Map<String, List<String>> history = new ConcurrentHashMap<>();
  volatile boolean away;
  volatile boolean historyAway;

  /** Until it is false again nothing is answered. */
  volatile boolean historySlow;

  private final Vertx vertx;
  private final RedisKeys keys;
  private final RedisLink link;
  private final AtomicLong epoch = new AtomicLong();

  Opener(Vertx vertx, String redis, RedisKeys keys) {
    this.vertx = vertx;
    this.keys = keys;
    this.link = RedisLink.open(vertx, RedisOptions.of(RedisAddress.of(redis)));
  }

  @Override
  public Future<JsonObject> get(String path) {
    historyCalls.incrementAndGet();
    if (historySlow) {
      return vertx.timer(50, TimeUnit.MILLISECONDS).compose(later -> get(path));
    }
    if (historyAway) {
      return Future.failedFuture(Refused.of(ErrorCode.UNAVAILABLE, "history-service is away"));
    }
    List<JsonObject> known =
        history.getOrDefault(path.split("/")[3], List.of()).stream().map(JsonObject::new).toList();
    return Future.succeededFuture(
        path.contains("/anchor")
            ? anchor(known, number(path, "pos"))
            : events(known, number(path, "after"), number(path, "limit")));
  }

  private static long number(String path, String name) {
    return Long.parseLong(path.replaceAll(".*" + name + "=(\\d+).*", "$1"));
  }

  private static JsonObject anchor(List<JsonObject> known, long pos) {
    return known.stream()
        .filter(event -> event.getLong("pos") <= pos)
        .reduce((earlier, later) -> later)
        .map(event -> new JsonObject().put("seq", event.getLong("seq")))
        .orElse(new JsonObject());
  }

  private static JsonObject events(List<JsonObject> known, long after, long limit) {
    List<JsonObject> events =
        known.stream().filter(event -> event.getLong("seq") > after).limit(limit).toList();
    return new JsonObject().put("events", new JsonArray(events));
  }

  @Override
  public Future<JsonObject> put(String path, JsonObject body) {
    return Future.succeededFuture(new JsonObject());
  }

  @Override
  public Future<JsonObject> post(String path, JsonObject body) {
    if (away) {
      return Future.failedFuture(Refused.of(ErrorCode.UNAVAILABLE, "chat-service is away"));
    }
    if (path.endsWith("/open")) {
      openings.incrementAndGet();
      return open(keys.shard(Integer.parseInt(path.split("/")[3])), body.getString("fence"));
    }
    loads.incrementAndGet();
    return load(keys.room(body.getString("room")));
  }

  private Future<JsonObject> open(ShardKeys shard, String fence) {
    long next = epoch.incrementAndGet();
    Open.Opening opening = new Open.Opening(fence, next, 0, 0, 1_000_000, 1L << 30);
    return call(Open.call(shard, opening))
        .compose(
            reply ->
                switch (Open.reply(reply)) {
                  case Open.Reply.Ok ok -> Future.succeededFuture(new JsonObject());
                  case Open.Reply.Epoch higher -> {
                    epoch.accumulateAndGet(higher.is(), Math::max);
                    yield open(shard, fence);
                  }
                  case Open.Reply.Fence other -> open(shard, other.is());
                });
  }

  private Future<JsonObject> load(RoomKeys room) {
    Map<String, MemberState> known = members.getOrDefault(room.room(), Map.of());
    RoomKind kind = room.room().startsWith("private") ? RoomKind.PRIVATE : RoomKind.OPEN;
    Load.Snapshot snapshot = new Load.Snapshot(1, 0, 0, kind, 0, false, known);
    return call(Heads.call(room.shard(), List.of()))
        .compose(heads -> call(Load.call(room, Heads.reply(heads).epoch(), snapshot)))
        .map(reply -> new JsonObject());
  }

  Future<List<?>> call(FunctionCall call) {
    Request request = Request.cmd(Command.create("FCALL")).arg(call.name()).arg(call.keys().size());
    call.keys().forEach(request::arg);
    call.args().forEach(request::arg);
    return link.send(request)
        .map(
            response -> {
              List<Object> items = new ArrayList<>();
              response.forEach(item -> items.add(item.toString()));
              return items;
            });
  }

  @Override
  public void close() {
    link.close();
  }
}

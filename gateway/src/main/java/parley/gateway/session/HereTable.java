package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Lane;
import parley.protocol.RedisKeys;
import parley.protocol.User;

/**
 * {@code {s}here:<room>} in Redis: for each node the users that it has in the room, as an array of
 * {@code [id, name]}, or their number where they are many. A node's entry counts while its lease
 * lives.
 */
final class HereTable {
  /** A node with more users than this in a room writes their number only. */
  static final int USERS_MAX = 100;

  /** Rewritten three times in that time, so only what all nodes left behind expires. */
  static final Duration LASTS = Duration.ofSeconds(90);

  private final RedisKeys keys;
  private final String node;
  private final Lane lane;

  HereTable(RedisKeys keys, String node, Lane lane) {
    this.keys = keys;
    this.node = node;
    this.lane = lane;
  }

  /** One node's users in one room; {@code users} is null when they are many. */
  record Entry(int count, @Nullable Map<String, User> users) {}

  /** True if this node had no entry there before. */
  Future<Boolean> write(String room, Map<String, User> users) {
    String key = keys.room(room).here();
    if (users.isEmpty()) {
      return lane.send(Request.cmd(Command.HDEL).arg(key).arg(node)).map(false);
    }
    Future<@Nullable Response> written =
        lane.send(Request.cmd(Command.HSET).arg(key).arg(node).arg(encode(users)));
    Future<?> kept = lane.send(Request.cmd(Command.EXPIRE).arg(key).arg(LASTS.toSeconds()));
    return Future.all(written, kept)
        .map(
            done -> {
              Response added = written.result();
              return added != null && added.toInteger() == 1;
            });
  }

  /** All nodes' entries, dead ones included, this node's not. */
  Future<Map<String, Entry>> others(String room) {
    return lane.send(Request.cmd(Command.HGETALL).arg(keys.room(room).here())).map(this::read);
  }

  /** Takes a dead node's entry away; true for the one who did it. */
  Future<Boolean> remove(String room, String deadNode) {
    return lane.send(Request.cmd(Command.HDEL).arg(keys.room(room).here()).arg(deadNode))
        .map(removed -> removed != null && removed.toInteger() == 1);
  }

  private Map<String, Entry> read(@Nullable Response response) {
    Map<String, Entry> entries = new HashMap<>();
    for (Map.Entry<String, String> pair : pairs(response).entrySet()) {
      if (!pair.getKey().equals(node)) {
        entries.put(pair.getKey(), decode(pair.getValue()));
      }
    }
    return entries;
  }

  static Map<String, String> pairs(@Nullable Response response) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (response == null) {
      return pairs;
    }
    if (response.isMap()) {
      response.getKeys().forEach(key -> pairs.put(key, response.get(key).toString()));
    } else {
      for (int i = 0; i + 1 < response.size(); i += 2) {
        pairs.put(response.get(i).toString(), response.get(i + 1).toString());
      }
    }
    return pairs;
  }

  private static String encode(Map<String, User> users) {
    if (users.size() > USERS_MAX) {
      return Integer.toString(users.size());
    }
    JsonArray array = new JsonArray();
    users.values().forEach(user -> array.add(new JsonArray().add(user.id()).add(user.name())));
    return array.encode();
  }

  private static Entry decode(String text) {
    if (!text.startsWith("[")) {
      return new Entry(Integer.parseInt(text), null);
    }
    Map<String, User> users = new LinkedHashMap<>();
    for (Object item : new JsonArray(text)) {
      if (item instanceof JsonArray pair) {
        users.put(pair.getString(0), new User(pair.getString(0), pair.getString(1)));
      }
    }
    return new Entry(users.size(), users);
  }

  static JsonArray json(Iterable<User> users) {
    List<JsonObject> list = new ArrayList<>();
    users.forEach(user -> list.add(Sessions.json(user)));
    return new JsonArray(list);
  }
}

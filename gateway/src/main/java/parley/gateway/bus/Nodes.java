package parley.gateway.bus;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.protocol.RedisKeys;

/** Where the other gateways are. What was once known is kept while Redis is away. Any thread. */
final class Nodes {
  /** How long an address is taken without asking again. */
  private static final long FRESH_NANOS = 500_000_000L;

  private static final int KNOWN_MAX = 10_000;

  private final Bus bus;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private record Known(NodeAddress address, long askedNanos) {}

  Nodes(Bus bus) {
    this.bus = bus;
  }

  Future<@Nullable NodeAddress> node(String id) {
    Known before = known.get(id);
    if (before != null && System.nanoTime() - before.askedNanos() < FRESH_NANOS) {
      return Future.succeededFuture(before.address());
    }
    return bus.onBus(() -> bus.ownLane().send(Request.cmd(Command.GET).arg(RedisKeys.node(id))))
        .map(json -> json == null ? null : address(id, json.toString()))
        .onSuccess(found -> note(id, found))
        .recover(
            away ->
                before == null
                    ? Future.failedFuture(away)
                    : Future.succeededFuture(before.address()));
  }

  private void note(String id, @Nullable NodeAddress found) {
    if (found == null) {
      known.remove(id);
    } else if (known.size() < KNOWN_MAX) {
      known.put(id, new Known(found, System.nanoTime()));
    }
  }

  Future<List<NodeAddress>> all() {
    return bus.onBus(() -> bus.ownLane().send(Request.cmd(Command.SMEMBERS).arg(RedisKeys.NODES)))
        .compose(
            ids -> {
              List<Future<@Nullable NodeAddress>> asked = new ArrayList<>();
              for (int i = 0; ids != null && i < ids.size(); i++) {
                asked.add(node(ids.get(i).toString()));
              }
              return Future.join(asked).transform(ignored -> Future.succeededFuture(found(asked)));
            });
  }

  private static List<NodeAddress> found(List<Future<@Nullable NodeAddress>> asked) {
    List<NodeAddress> found = new ArrayList<>();
    for (Future<@Nullable NodeAddress> one : asked) {
      NodeAddress address = one.result();
      if (address != null) {
        found.add(address);
      }
    }
    return found;
  }

  private static NodeAddress address(String id, String json) {
    JsonObject entry = new JsonObject(json);
    return new NodeAddress(
        id,
        entry.getString("address", ""),
        entry.getString("url", ""),
        entry.getLong("started", 0L));
  }
}

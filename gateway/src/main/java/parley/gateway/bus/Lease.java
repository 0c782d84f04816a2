package parley.gateway.bus;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import parley.protocol.RedisKeys;

/**
 * The node's entry in the registry: leased in Redis, told to chat-service for when Redis has
 * forgotten. Bus thread only.
 */
final class Lease {
  /** How long the entry lives without being renewed. */
  static final Duration LEASE = Duration.ofSeconds(5);

  private static final int CHAT_EVERY = 5;

  private final Bus bus;
  private final Services chat;
  private final NodeAddress node;
  private int renewals;
  private boolean ended;

  Lease(Bus bus, Services chat, NodeAddress node) {
    this.bus = bus;
    this.chat = chat;
    this.node = node;
  }

  /** To be called each second, and after each reconnect. */
  void renew() {
    if (ended) {
      return;
    }
    String json =
        new JsonObject()
            .put("address", node.address())
            .put("url", node.url())
            .put("started", node.startedMs())
            .encode();
    Lane lane = bus.ownLane();
    Request lease =
        Request.cmd(Command.SET)
            .arg(RedisKeys.node(node.id()))
            .arg(json)
            .arg("PX")
            .arg(LEASE.toMillis());
    // Where one renewal fails the next is due soon.
    lane.send(lease).otherwiseEmpty();
    lane.send(Request.cmd(Command.SADD).arg(RedisKeys.NODES).arg(node.id())).otherwiseEmpty();
    if (renewals++ % CHAT_EVERY == 0) {
      JsonObject entry = new JsonObject().put("address", node.address()).put("url", node.url());
      chat.put("/internal/nodes/" + node.id(), entry).otherwiseEmpty();
    }
  }

  Future<Void> end() {
    ended = true;
    Lane lane = bus.ownLane();
    lane.send(Request.cmd(Command.SREM).arg(RedisKeys.NODES).arg(node.id())).otherwiseEmpty();
    return lane.send(Request.cmd(Command.DEL).arg(RedisKeys.node(node.id())))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}

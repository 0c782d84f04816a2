package parley.chat.shards;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chat.postgres.Database;
import parley.chat.redis.Functions;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.RedisKeys;

/**
 * The gateways that may hold what Redis lost. They tell Postgres every 5 s, because a Redis that
 * forgot events has forgotten its own registry too.
 */
public final class Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

  /** A gateway not heard of for so long is taken to be gone. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

  private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
  private static final int NODES_MAX = 1_000;

  /** A gateway: its internal address is {@code host:port}. */
  public record Node(String id, String address, String url) {}

  private final Database database;
  private final Functions functions;

  public Nodes(Database database, Functions functions) {
    this.database = database;
    this.functions = functions;
  }

  public void seen(Node node) {
    if (Ids.keyProblem(node.id()) != null) {
      throw Refused.of(ErrorCode.INVALID, "The id of a node has 1 to 64 bytes without : { }.");
    }
    database
        .statements()
        .change(
            """
            insert into chat.nodes (id, address, url) values ($1, $2, $3)
            on conflict (id) do update
              set address = excluded.address, url = excluded.url, seen_at = now()
            """,
            node.id(),
            node.address(),
            node.url());
  }

  public void gone(String id) {
    database.statements().change("delete from chat.nodes where id = $1", id);
  }

  public void forgetOld() {
    database
        .statements()
        .change(
            "delete from chat.nodes where seen_at < now() - make_interval(secs => $1)",
            (double) FORGOTTEN_AFTER.toSeconds());
  }

  public JsonObject json() {
    JsonArray nodes = new JsonArray();
    registered()
        .forEach(
            node ->
                nodes.add(
                    new JsonObject()
                        .put("id", node.id())
                        .put("address", node.address())
                        .put("url", node.url())));
    return new JsonObject().put("nodes", nodes);
  }

  /** All that Postgres or Redis knows of as alive. */
  List<Node> live() {
    Map<String, Node> live = new LinkedHashMap<>();
    registered().forEach(node -> live.put(node.id(), node));
    for (Object id : functions.list("SMEMBERS", RedisKeys.NODES)) {
      String name = id.toString();
      if (live.size() < NODES_MAX && !live.containsKey(name)) {
        Node node = leased(name);
        if (node != null) {
          live.put(name, node);
        }
      }
    }
    return List.copyOf(live.values());
  }

  private List<Node> registered() {
    return database
        .statements()
        .list(
            "select * from chat.nodes where seen_at > now() - make_interval(secs => $1) limit $2",
            row -> new Node(row.getString("id"), row.getString("address"), row.getString("url")),
            (double) SEEN_WITHIN.toSeconds(),
            NODES_MAX);
  }

  private @Nullable Node leased(String id) {
    String json = functions.text("GET", RedisKeys.node(id));
    if (json == null) {
      return null;
    }
    try {
      JsonObject node = new JsonObject(json);
      return new Node(id, node.getString("address"), node.getString("url", ""));
    } catch (RuntimeException e) {
      LOG.warn("the lease of node {} cannot be read: {}", id, e.toString());
      return null;
    }
  }
}

package parley.gateway.transport;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import parley.gateway.bus.Bus;
import parley.gateway.bus.NodeAddress;

/** The gateways that live, read every few seconds. What it answers may be asked from any thread. */
final class Nodes {
  private static final Duration READ_EVERY = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Bus bus;
  private volatile List<NodeAddress> alive = List.of();
  private volatile Set<String> origins = Set.of();
  private long timer = -1;

  Nodes(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  void start() {
    read();
    timer = vertx.setPeriodic(READ_EVERY.toMillis(), tick -> read());
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  String self() {
    return bus.nodeId();
  }

  /** {@code scheme://host:port} of each. */
  Set<String> origins() {
    return origins;
  }

  /** {@code {nodes: [{id, url}], self}}. */
  JsonObject json() {
    JsonArray nodes = new JsonArray();
    alive.forEach(node -> nodes.add(new JsonObject().put("id", node.id()).put("url", node.url())));
    return new JsonObject().put("nodes", nodes).put("self", self());
  }

  private void read() {
    bus.nodes()
        .onSuccess(
            found -> {
              alive = found.stream().sorted(Comparator.comparing(NodeAddress::url)).toList();
              origins = found.stream().map(node -> origin(node.url())).collect(Collectors.toSet());
            });
  }

  private static String origin(String url) {
    URI uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}

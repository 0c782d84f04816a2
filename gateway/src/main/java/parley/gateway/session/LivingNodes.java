package parley.gateway.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import parley.gateway.bus.Bus;

/**
 * Which of the nodes that were seen in some room live: those whose lease does. State is owned by
 * one event loop.
 */
final class LivingNodes {
  private final Bus bus;
  private final Context context;

  /** Those that were seen in some room and have not been found dead since. */
  private final Set<String> seen = new HashSet<>();

  LivingNodes(Bus bus, Context context) {
    this.bus = bus;
    this.context = context;
  }

  /** Those of them that live; fails while that cannot be known. */
  Future<Set<String>> among(Set<String> nodes) {
    if (nodes.isEmpty()) {
      return Future.succeededFuture(Set.of());
    }
    seen.addAll(nodes);
    Set<String> alive = ConcurrentHashMap.newKeySet();
    List<Future<?>> asked = new ArrayList<>();
    for (String node : nodes) {
      asked.add(
          bus.node(node)
              .onSuccess(
                  address -> {
                    if (address != null) {
                      alive.add(node);
                    }
                  }));
    }
    Promise<Set<String>> known = ((ContextInternal) context).promise();
    Future.join(asked).map(alive).onComplete(known);
    return known.future();
  }

  /** Names those that have died. One that is seen again in some room is named again. */
  void lookForDead(Consumer<String> died) {
    Set<String> asked = Set.copyOf(seen);
    among(asked)
        .onSuccess(
            alive ->
                asked.stream()
                    .filter(node -> !alive.contains(node) && seen.remove(node))
                    .forEach(died));
  }
}

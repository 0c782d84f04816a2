package parley.gateway.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
  /** Of more nodes that died it is forgotten that they were told of. */
  private static final int DEAD_MAX = 1_000;

  private final Bus bus;
  private final Context context;

  /** Those that were seen in some room and are not known to be dead. */
  private final Set<String> seen = new HashSet<>();

  private final LinkedHashSet<String> dead = new LinkedHashSet<>();

  LivingNodes(Bus bus, Context context) {
    this.bus = bus;
    this.context = context;
  }

  /** Those of them that live; fails while that cannot be known. */
  Future<Set<String>> among(Set<String> nodes) {
    if (nodes.isEmpty()) {
      return Future.succeededFuture(Set.of());
    }
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
    return known.future().onSuccess(living -> note(nodes, living));
  }

  private void note(Set<String> nodes, Set<String> alive) {
    dead.removeAll(alive);
    for (String node : nodes) {
      if (!dead.contains(node)) {
        seen.add(node);
      }
    }
  }

  /** Names each that has died since the last time. */
  void lookForDead(Consumer<String> died) {
    Set<String> asked = Set.copyOf(seen);
    among(asked)
        .onSuccess(
            alive -> {
              for (String node : asked) {
                if (!alive.contains(node) && seen.remove(node)) {
                  remember(node);
                  died.accept(node);
                }
              }
            });
  }

  private void remember(String node) {
    dead.add(node);
    if (dead.size() > DEAD_MAX) {
      dead.removeFirst();
    }
  }
}

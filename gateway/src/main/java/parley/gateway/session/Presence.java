package parley.gateway.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.gateway.bus.Bus;
import parley.gateway.bus.Lane;
import parley.protocol.User;

/**
 * Who is in which room, over all nodes. Joins and leaves of a moment are written and told together;
 * where a room has many users only their number is told, now and then. All state is owned by one
 * event loop.
 */
final class Presence {
  private static final Duration TELL_EVERY = Duration.ofMillis(200);
  private static final int ROOMS_PER_TELLING_MAX = 500;
  private static final Duration COUNT_EVERY = Duration.ofSeconds(5);

  /** Who reconnects or reloads within this time has not been away. */
  private static final Duration LINGER = Duration.ofSeconds(3);

  private static final Duration REWRITE_EVERY = HereTable.LASTS.dividedBy(3);
  private static final Duration LOOK_FOR_DEAD_EVERY = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Context context;
  private final HereTable table;
  private final LivingNodes living;
  private final PresenceEvents events;
  private final Ghosts ghosts;
  private final Map<String, PresentRoom> rooms = new HashMap<>();
  private final LinkedHashSet<String> untold = new LinkedHashSet<>();
  private final List<Long> timers = new ArrayList<>();

  Presence(Vertx vertx, Bus bus, Lane lane) {
    this.vertx = vertx;
    this.context = lane.context();
    this.table = new HereTable(bus.keys(), bus.nodeId(), lane);
    this.living = new LivingNodes(bus, context);
    this.events = new PresenceEvents(lane);
    this.ghosts = new Ghosts(table, events, this::crowd);
  }

  void start() {
    context.runOnContext(
        go -> {
          timers.add(vertx.setPeriodic(TELL_EVERY.toMillis(), timer -> tell()));
          timers.add(vertx.setPeriodic(REWRITE_EVERY.toMillis(), timer -> rewrite()));
          timers.add(vertx.setPeriodic(LOOK_FOR_DEAD_EVERY.toMillis(), timer -> layGhosts()));
        });
  }

  /** Also what Redis may have forgotten, or what others took away because they thought us dead. */
  private void rewrite() {
    untold.addAll(rooms.keySet());
  }

  private void layGhosts() {
    living.lookForDead(dead -> rooms.keySet().forEach(room -> ghosts.lay(room, dead)));
  }

  /** Entries of nodes that died while nobody of this node was in the room. */
  private void layGhosts(String room, Map<String, HereTable.Entry> others, Set<String> alive) {
    others.keySet().stream()
        .filter(node -> !alive.contains(node))
        .forEach(dead -> ghosts.lay(room, dead));
  }

  void stop() {
    context.runOnContext(go -> timers.forEach(vertx::cancelTimer));
  }

  /** From any thread. */
  void entered(String room, User user) {
    context.runOnContext(
        go -> {
          rooms.computeIfAbsent(room, any -> new PresentRoom()).entered(user);
          untold.add(room);
        });
  }

  /** From any thread. */
  void left(String room, User user) {
    context.runOnContext(
        go -> {
          PresentRoom present = rooms.get(room);
          if (present != null && present.left(user)) {
            vertx.setTimer(LINGER.toMillis(), later -> settle(room, present, user));
          }
        });
  }

  /** {@code {ok, room, count, users?}}; from any context, and completes there. */
  Future<JsonObject> who(String room) {
    Promise<JsonObject> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    context.runOnContext(go -> crowd(room).map(crowd -> answer(room, crowd)).onComplete(answer));
    return answer.future();
  }

  private static JsonObject answer(String room, Crowd crowd) {
    JsonObject answer = Answers.ok().put("room", room).put("count", crowd.count());
    return crowd.users() == null
        ? answer
        : answer.put("users", HereTable.json(crowd.users().values()));
  }

  private Future<Crowd> crowd(String room) {
    return table
        .others(room)
        .compose(
            others ->
                living
                    .among(others.keySet())
                    .map(
                        alive -> {
                          PresentRoom present = rooms.get(room);
                          Map<String, User> here = present == null ? Map.of() : present.users();
                          return Crowd.of(here, others, alive::contains);
                        }));
  }

  private void settle(String room, PresentRoom present, User user) {
    if (present.settle(user)) {
      untold.add(room);
    }
  }

  private void tell() {
    List<String> now = untold.stream().limit(ROOMS_PER_TELLING_MAX).toList();
    now.forEach(untold::remove);
    now.forEach(this::tell);
  }

  /**
   * Writes first and reads then: of two nodes that change a room at once, the later sees both
   * changes.
   */
  private void tell(String room) {
    PresentRoom present = rooms.get(room);
    if (present == null) {
      return;
    }
    Map<String, PresentRoom.Change> changes = present.takeChanges();
    table
        .write(room, present.users())
        .map(
            isNew -> present.wasTakenAway(isNew) ? together(present.everybody(), changes) : changes)
        .compose(
            told ->
                table
                    .others(room)
                    .compose(
                        others ->
                            living
                                .among(others.keySet())
                                .onSuccess(alive -> layGhosts(room, others, alive))
                                .map(alive -> split(present, others, alive)))
                    .onSuccess(views -> publish(room, present, told, views)))
        .onSuccess(
            told -> {
              if (present.isEmpty()) {
                rooms.remove(room, present);
              }
            })
        .onFailure(
            away -> {
              present.giveBack(changes);
              untold.add(room);
            });
  }

  private static Map<String, PresentRoom.Change> together(
      Map<String, PresentRoom.Change> everybody, Map<String, PresentRoom.Change> changes) {
    everybody.putAll(changes);
    return everybody;
  }

  /** The others alone, and everybody. */
  private record Views(Crowd others, Crowd all) {}

  private static Views split(
      PresentRoom present, Map<String, HereTable.Entry> others, Set<String> alive) {
    return new Views(
        Crowd.of(Map.of(), others, alive::contains),
        Crowd.of(present.users(), others, alive::contains));
  }

  private void publish(
      String room, PresentRoom present, Map<String, PresentRoom.Change> changes, Views views) {
    Map<String, User> elsewhere = views.others().users();
    if (changes.isEmpty()) {
      return;
    }
    if (!views.all().isSmall() || elsewhere == null) {
      publishCount(room, present, views.all().count());
      return;
    }
    for (PresentRoom.Change change : changes.values()) {
      if (!elsewhere.containsKey(change.user().id())) {
        events.change(room, change.user(), change.on(), views.all().count());
      }
    }
  }

  private void publishCount(String room, PresentRoom present, int count) {
    long now = System.nanoTime();
    if (present.countToldNanos == 0 || now - present.countToldNanos > COUNT_EVERY.toNanos()) {
      present.countToldNanos = now;
      events.count(room, count);
    } else {
      vertx.setTimer(COUNT_EVERY.toMillis(), later -> recount(room, present));
    }
  }

  /** Tells the count once more when the last telling is long enough ago, if nobody else did. */
  private void recount(String room, PresentRoom present) {
    if (System.nanoTime() - present.countToldNanos > COUNT_EVERY.toNanos()) {
      present.countToldNanos = System.nanoTime();
      crowd(room).onSuccess(crowd -> events.count(room, crowd.count()));
    }
  }
}

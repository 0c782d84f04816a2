package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Bus;
import parley.gateway.room.Loop;
import parley.protocol.ErrorCode;
import parley.protocol.RedisKeys;
import parley.protocol.User;

/** The sessions of this node, and what they share. Safe from several threads unless said. */
public final class Sessions {
  static final long TIMER_MS_MAX = Duration.ofDays(1).toMillis();
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final Vertx vertx;
  private final Callers callers;
  private final Allowance allowance;
  private final Presence presence;
  private final ServiceCommands services;
  private final List<Relay> relays;
  private final Map<String, Relay> relaysBySaid;
  private final Map<String, Set<Session>> byUser = new ConcurrentHashMap<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private long sweeper = -1;

  public Sessions(
      Vertx vertx,
      Bus bus,
      List<Loop> loops,
      RedisKeys keys,
      Callers callers,
      ServiceClient chat,
      ServiceClient history,
      LimitSettings limits,
      List<Relay> relays) {
    this.vertx = vertx;
    this.callers = callers;
    this.allowance = new Allowance(limits);
    this.presence = new Presence(vertx, bus, loops.getFirst().lane(), keys);
    this.services = new ServiceCommands(chat, history);
    this.relays = List.copyOf(relays);
    this.relaysBySaid = Relay.bySaid(relays);
  }

  public void start() {
    presence.start();
    sweeper = vertx.setPeriodic(SWEEP_EVERY.toMillis(), timer -> allowance.sweep());
  }

  /** Refuses a user who has too many connections. */
  public void checkConnections(Caller caller) {
    allowance.checkConnections(byUser.getOrDefault(caller.user().id(), Set.of()).size());
  }

  /** On the loop. Refused when the user has too many connections. */
  public Session open(Loop loop, Peer peer, Caller caller) {
    checkConnections(caller);
    Session session = new Session(this, loop, peer, caller);
    byUser.compute(
        caller.user().id(),
        (user, sessions) -> {
          Set<Session> set = sessions == null ? ConcurrentHashMap.newKeySet() : sessions;
          set.add(session);
          return set;
        });
    open.incrementAndGet();
    return session;
  }

  void closed(Session session) {
    open.decrementAndGet();
    byUser.computeIfPresent(
        session.caller().user().id(),
        (user, sessions) -> {
          sessions.remove(session);
          return sessions.isEmpty() ? null : sessions;
        });
  }

  /** Ends a user's sessions of which the predicate holds. */
  public void end(String userId, Predicate<Caller> which, ErrorCode code, String message) {
    for (Session session : List.copyOf(byUser.getOrDefault(userId, Set.of()))) {
      session.onLoop(
          () -> {
            if (which.test(session.caller())) {
              session.end(code, message);
            }
          });
    }
  }

  /**
   * Waits for the answers that are due, then sends all clients elsewhere, spread over the window.
   */
  public Future<Void> drain(Duration answersWithin, Duration window) {
    return waitFor(() -> pending.get() == 0, answersWithin)
        .compose(
            nothing -> {
              byUser.values().stream()
                  .flatMap(Collection::stream)
                  .forEach(session -> session.goAwayWithin(window.toMillis()));
              return waitFor(() -> open.get() == 0, window.plusSeconds(1));
            });
  }

  public void stop() {
    vertx.cancelTimer(sweeper);
    presence.stop();
  }

  private Future<Void> waitFor(java.util.function.BooleanSupplier done, Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    Promise<Void> over = Promise.promise();
    vertx.setPeriodic(
        LOOK_EVERY.toMillis(),
        timer -> {
          if (done.getAsBoolean() || System.nanoTime() > until) {
            vertx.cancelTimer(timer);
            over.tryComplete();
          }
        });
    return over.future();
  }

  public int count() {
    return open.get();
  }

  public Allowance allowance() {
    return allowance;
  }

  /** The rooms that every session hears, and what is said in them. */
  List<Relay> relays() {
    return relays;
  }

  @Nullable Relay relay(String said) {
    return relaysBySaid.get(said);
  }

  Callers callers() {
    return callers;
  }

  Presence presence() {
    return presence;
  }

  ServiceCommands services() {
    return services;
  }

  Vertx vertx() {
    return vertx;
  }

  void began() {
    pending.incrementAndGet();
  }

  void ended() {
    pending.decrementAndGet();
  }

  public static JsonObject json(User user) {
    return new JsonObject().put("id", user.id()).put("name", user.name());
  }
}

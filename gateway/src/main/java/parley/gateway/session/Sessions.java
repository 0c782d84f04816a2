package parley.gateway.session;

import io.micrometer.core.instrument.MeterRegistry;
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
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Bus;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Services;
import parley.gateway.room.Loop;
import parley.protocol.ErrorCode;
import parley.protocol.User;

/** The sessions of this node, and what they share. Safe from several threads unless said. */
public final class Sessions {
  static final long TIMER_MS_MAX = Duration.ofDays(1).toMillis();
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final Vertx vertx;
  private final String nodeId;
  private final Callers callers;
  private final Allowance allowance;
  private final Presence presence;
  private final ServiceCommands services;
  private final Mentions mentions;
  private final List<Relay> relays;
  private final Map<String, Relay> relaysBySaid;
  private final Map<String, Set<Session>> byUser = new ConcurrentHashMap<>();
  private final Map<String, Integer> pollsByUser = new ConcurrentHashMap<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private long sweeper = -1;

  public Sessions(
      Vertx vertx,
      Bus bus,
      List<Loop> loops,
      Callers callers,
      ServiceClient chat,
      ServiceClient history,
      Services chatInternal,
      LimitSettings limits,
      List<Relay> relays,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.nodeId = bus.nodeId();
    this.callers = callers;
    this.allowance = new Allowance(limits, registry);
    this.presence = new Presence(vertx, bus, loops.getFirst().lane());
    this.services = new ServiceCommands(chat, history);
    this.mentions = new Mentions(chatInternal);
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

  /**
   * A request that waits for events; refused when as many of its user's wait as one may have
   * connections. What is answered is run once it waits no more.
   */
  public Runnable openPoll(Caller caller) {
    String user = caller.user().id();
    allowance.checkConnections(pollsByUser.getOrDefault(user, 0));
    pollsByUser.merge(user, 1, Integer::sum);
    return () -> pollsByUser.computeIfPresent(user, (id, open) -> open == 1 ? null : open - 1);
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
    // What was revoked while this was on its way has ended those that it found, and not this one.
    session.onLoop(() -> endIfRevoked(session));
    return session;
  }

  /** A message from someone without a session; the answer is that of {@code send}. On the loop. */
  public Future<String> send(Loop loop, Caller caller, String address, JsonObject data) {
    try {
      Command command = CommandReader.read("send", data, caller.user().id());
      allowance.takeWrite(caller.user().id(), address);
      if (!(command instanceof Command.Send send)) {
        throw new IllegalStateException("send is read as " + command);
      }
      return new Sending(loop.lane(), mentions).send(caller, send);
    } catch (Refused refused) {
      return Future.failedFuture(refused);
    }
  }

  /** Refuses a token whose scope leaves the room out. */
  public static void checkScope(Caller caller, String room) {
    Sending.checkScope(caller, room);
  }

  /** See {@link Callers#isRevoked}. */
  public boolean isRevoked(Caller caller) {
    return callers.isRevoked(caller);
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

  /** From now on ends the sessions of tokens that are revoked. */
  public void endRevoked(Revocations revocations) {
    revocations.onEntry(
        entry -> {
          Collection<Set<Session>> affected =
              entry.ofUser()
                  ? List.of(byUser.getOrDefault(entry.subject(), Set.of()))
                  : byUser.values();
          for (Set<Session> sessions : affected) {
            sessions.forEach(session -> session.onLoop(() -> endIfRevoked(session)));
          }
        });
  }

  void endIfRevoked(Session session) {
    if (isRevoked(session.caller())) {
      session.end(ErrorCode.TOKEN_REVOKED, "the token has been revoked");
    }
  }

  /** Completes when no answer is due any more, or at the latest after that time. */
  public Future<Void> answered(Duration atMost) {
    return waitFor(() -> pending.get() == 0, atMost);
  }

  /** Sends all clients elsewhere, spread over the window. */
  public Future<Void> sendAway(Duration window) {
    byUser.values().stream()
        .flatMap(Collection::stream)
        .forEach(session -> session.goAwayWithin(window.toMillis()));
    return waitFor(() -> open.get() == 0, window.plusSeconds(1));
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

  public String nodeId() {
    return nodeId;
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

  Mentions mentions() {
    return mentions;
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

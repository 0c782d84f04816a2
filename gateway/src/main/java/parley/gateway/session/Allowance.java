package parley.gateway.session;

import io.micrometer.core.instrument.MeterRegistry;
import parley.chassis.metrics.Counters;
import parley.gateway.bus.Refused;
import parley.gateway.metrics.GatewayMeasures;
import parley.gateway.metrics.GatewayMeasures.Limit;
import parley.protocol.ErrorCode;

/** The limits of this node and what has been used of them. Safe from several threads. */
public final class Allowance {
  private static final Rate TYPING = new Rate(1 / 3.0, 1);

  /** Requests of one session that wait for their answers; holds whatever the setting. */
  static final int PENDING_MAX = 256;

  private final LimitSettings settings;
  private final Counters<Limit> limited;
  private final RateTable users;
  private final RateTable addresses;
  private final RateTable handshakes;
  private final RateTable typing = new RateTable(TYPING);

  Allowance(LimitSettings settings, MeterRegistry registry) {
    this.settings = settings;
    this.limited = GatewayMeasures.LIMITED.in(registry, Limit.class, GatewayMeasures::lower);
    this.users = new RateTable(Rate.perSecond(settings.writesPerUser()));
    this.addresses = new RateTable(Rate.perSecond(settings.writesPerAddress()));
    this.handshakes = new RateTable(Rate.perSecond(settings.handshakesPerAddress()));
  }

  TokenBucket connection() {
    return new TokenBucket(Rate.perSecond(settings.requestsPerConnection()), System.nanoTime());
  }

  /** One request of whatever kind. */
  void takeRequest(TokenBucket connection) {
    if (settings.on()) {
      refuse(
          Limit.CONNECTION_RATE,
          connection.take(System.nanoTime()),
          "too many requests on this connection");
    }
  }

  /** One request that writes or publishes. */
  public void takeWrite(String user, String address) {
    if (settings.on()) {
      refuse(Limit.USER_RATE, users.take(user), "too many requests of this user");
      refuse(Limit.ADDRESS_RATE, addresses.take(address), "too many requests from this address");
    }
  }

  /** One new session or HTTP request. */
  public void takeHandshake(String address) {
    if (settings.on()) {
      refuse(
          Limit.HANDSHAKE_RATE,
          handshakes.take(address),
          "too many new sessions from this address");
    }
  }

  /** Whether it is time to tell a room again that this user types. Holds whatever the setting. */
  boolean takeTyping(String user, String room) {
    return typing.take(user + '\n' + room) == 0;
  }

  void checkEmitToAll(Caller caller) {
    if (!caller.admin() && !settings.emitToAll()) {
      throw Refused.of(ErrorCode.FORBIDDEN, "only admins speak to everyone");
    }
  }

  void checkRooms(int joined) {
    if (settings.on() && joined >= settings.roomsPerSession()) {
      throw refused(
          Limit.SESSION_ROOMS,
          ErrorCode.TOO_MANY_ROOMS,
          "a session may join " + settings.roomsPerSession() + " rooms; leave one");
    }
  }

  void checkConnections(int connected) {
    if (settings.on() && connected >= settings.connectionsPerUser()) {
      throw refused(
          Limit.USER_CONNECTIONS,
          ErrorCode.TOO_MANY_CONNECTIONS,
          "a user may have " + settings.connectionsPerUser() + " connections to a node");
    }
  }

  void sweep() {
    users.sweep();
    addresses.sweep();
    handshakes.sweep();
    typing.sweep();
  }

  void checkPending(int pending) {
    if (pending >= PENDING_MAX) {
      throw refused(
          Limit.SESSION_PENDING,
          ErrorCode.OVERLOADED,
          "too many requests of this session wait for answers");
    }
  }

  private Refused refused(Limit limit, ErrorCode code, String message) {
    limited.increment(limit);
    return Refused.of(code, message);
  }

  private void refuse(Limit limit, long waitMs, String message) {
    if (waitMs > 0) {
      limited.increment(limit);
      throw new Refused(ErrorCode.RATE_LIMITED, waitMs, message);
    }
  }
}

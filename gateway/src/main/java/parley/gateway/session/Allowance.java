package parley.gateway.session;

import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;

/** The limits of this node and what has been used of them. Safe from several threads. */
public final class Allowance {
  private static final Rate TYPING = new Rate(1 / 3.0, 1);

  private final LimitSettings settings;
  private final RateTable users;
  private final RateTable addresses;
  private final RateTable handshakes;
  private final RateTable typing = new RateTable(TYPING);

  Allowance(LimitSettings settings) {
    this.settings = settings;
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
      refuse(connection.take(System.nanoTime()), "too many requests on this connection");
    }
  }

  /** One request that writes or publishes. */
  void takeWrite(String user, String address) {
    if (settings.on()) {
      refuse(users.take(user), "too many requests of this user");
      refuse(addresses.take(address), "too many requests from this address");
    }
  }

  /** One new session or HTTP request. */
  public void takeHandshake(String address) {
    if (settings.on()) {
      refuse(handshakes.take(address), "too many new sessions from this address");
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
      throw Refused.of(
          ErrorCode.TOO_MANY_ROOMS,
          "a session may join " + settings.roomsPerSession() + " rooms; leave one");
    }
  }

  void checkConnections(int connected) {
    if (settings.on() && connected >= settings.connectionsPerUser()) {
      throw Refused.of(
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

  private static void refuse(long waitMs, String message) {
    if (waitMs > 0) {
      throw new Refused(ErrorCode.RATE_LIMITED, waitMs, message);
    }
  }
}

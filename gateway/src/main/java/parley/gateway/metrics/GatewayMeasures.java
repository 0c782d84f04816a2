package parley.gateway.metrics;

import java.util.Locale;
import parley.chassis.metrics.Catalogue;
import parley.chassis.metrics.Label;
import parley.chassis.metrics.Measure;
import parley.engineio.CloseReason;
import parley.engineio.Refusal;
import parley.protocol.ErrorCode;

/** What a gateway measures. */
public final class GatewayMeasures {
  public static final Catalogue CATALOGUE = new Catalogue("Gateway");

  private static final Label SOURCE =
      Label.of("source", "ring", "recent", "log", "history", "none");

  // Clients.
  public static final Measure.Level CONNECTIONS =
      CATALOGUE.level(
          "parley_connections",
          Label.of(
              "transport", "socketio_websocket", "socketio_polling", "websocket", "sse", "poll"),
          "Connections of clients at present; of long polling the sessions, of polls those that wait.");
  public static final Measure.Count REFUSALS =
      CATALOGUE.count(
          "parley_refusals_total",
          Label.of("code", ErrorCode.class, ErrorCode::code),
          "Refusals that clients were answered.");

  /** What a client had too much of. */
  public enum Limit {
    /** Requests of one connection in a time. */
    CONNECTION_RATE,
    /** Writes of one user in a time. */
    USER_RATE,
    /** Writes from one address in a time. */
    ADDRESS_RATE,
    /** New sessions and HTTP requests from one address in a time. */
    HANDSHAKE_RATE,
    /** Connections of one user, or polls that wait. */
    USER_CONNECTIONS,
    /** Rooms that one session has joined. */
    SESSION_ROOMS,
    /** Requests of one session that wait for answers. */
    SESSION_PENDING
  }

  public static final Measure.Count LIMITED =
      CATALOGUE.count(
          "parley_limited_total",
          Label.of("limit", Limit.class, GatewayMeasures::lower),
          "Requests and connections that were refused since a limit was reached, by limit.");

  // Socket.IO.
  /** What becomes of a client that comes with a session of before. */
  public enum Return {
    RECOVERED,
    UNPROVED
  }

  public static final Measure.Count SOCKETIO_REFUSED =
      CATALOGUE.count(
          "parley_socketio_refused_total",
          Label.of("reason", Refusal.class, GatewayMeasures::lower),
          "What clients of Socket.IO sent, or asked for, that is not served.");
  public static final Measure.Count SOCKETIO_CLOSED =
      CATALOGUE.count(
          "parley_socketio_closed_total",
          Label.of("reason", CloseReason.class, GatewayMeasures::lower),
          "Connections of Socket.IO that ended.");
  public static final Measure.Count SOCKETIO_RETURNS =
      CATALOGUE.count(
          "parley_socketio_returns_total",
          Label.of("outcome", Return.class, GatewayMeasures::lower),
          "Clients that came with a session of before: carried on, or given a new one.");
  public static final Measure.Count SOCKETIO_POSTPONED =
      CATALOGUE.count(
          "parley_socketio_postponed_total",
          "Clients that were sent away to come again: Redis did not answer, or a limit was reached.");
  public static final Measure.Level SOCKETIO_HALF_OPEN =
      CATALOGUE.level(
          "parley_socketio_half_open", "Handshakes whose client has not connected yet; bounded.");
  public static final Measure.Time SOCKETIO_PING_DELAY =
      CATALOGUE.time(
          "parley_socketio_ping_delay_seconds",
          "How much later than due a ping of Engine.IO went.");

  // In: from a client to Redis.
  public static final Measure.Count SENDS =
      CATALOGUE.count("parley_sends_total", "Events that were appended to a room's log.");
  public static final Measure.Time APPEND =
      CATALOGUE.time(
          "parley_append_seconds",
          "From the call of an append to its answer, retries and waiting in line included.");
  public static final Measure.Count APPEND_RETRIES =
      CATALOGUE.count(
          "parley_append_retries_total",
          "Appends that were tried again: a shard to be opened, a room to be loaded, Redis away.");

  // Out: from Redis to clients.
  public static final Measure.Count DELIVERIES =
      CATALOGUE.count(
          "parley_deliveries_total", "Durable events written to clients, one for each of them.");
  public static final Measure.Time FAN_OUT =
      CATALOGUE.time(
          "parley_fanout_seconds",
          "From an event's arrival at the node to the flush to a loop's members; once a turn of a loop, for its oldest event.");
  public static final Measure.Time DELIVERY =
      CATALOGUE.time(
          "parley_delivery_seconds",
          "From an event's time in Redis to the flush to a loop's members, by two machines' clocks; once a turn of a loop, for its oldest event.");
  public static final Measure.Count EPHEMERALS_SKIPPED =
      CATALOGUE.count(
          "parley_ephemerals_skipped_total",
          "Typing, presence and other ephemeral events that a client did not get for it is behind.");
  public static final Measure.Level LAGGING =
      CATALOGUE.level(
          "parley_sessions_lagging",
          "Sessions that take less than is said; they are carried on when they drain.");

  // The past.
  public static final Measure.Count GAPS_REPAIRED =
      CATALOGUE.count(
          "parley_gaps_repaired_total",
          SOURCE,
          "Gaps in what the node heard, by where the missing events were found.");
  public static final Measure.Count RESUMES =
      CATALOGUE.count(
          "parley_resumes_total",
          SOURCE,
          "Rooms in which a client that returned or was behind was carried on, by where the events were found.");
  public static final Measure.Count GAPS_TOLD =
      CATALOGUE.count(
          "parley_gaps_told_total", "Clients that were told `gap`: events that cannot be had.");
  public static final Measure.Count WITHDRAWN =
      CATALOGUE.count(
          "parley_events_withdrawn_total",
          "Times that a room's last events turned out to be lost with their Redis.");
  public static final Measure.Count UNREADABLE =
      CATALOGUE.count(
          "parley_events_unreadable_total",
          "Payloads of room channels that are no events: a foreign writer.");
  public static final Measure.Count CONTROL_UNREADABLE =
      CATALOGUE.count(
          "parley_control_unreadable_total", "Payloads of the control channel that are no events.");

  // Health.
  public static final Measure.Time CANARY =
      CATALOGUE.time(
          "parley_canary_seconds", "The way of the node's canary through Redis and back.");
  public static final Measure.Level CANARY_FAILING =
      CATALOGUE.level(
          "parley_canary_failing",
          "1 while the node's canary does not come back, so that it is not ready; else 0.");

  private GatewayMeasures() {}

  /** An enum's value as a label shows it. */
  public static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

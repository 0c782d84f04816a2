package parley.gateway.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import parley.chassis.metrics.Counters;
import parley.engineio.CloseReason;
import parley.engineio.EngineCounters;
import parley.engineio.EngineNode;
import parley.engineio.Refusal;
import parley.engineio.TransportKind;
import parley.gateway.metrics.GatewayMeasures;
import parley.gateway.metrics.GatewayMeasures.Return;
import parley.socketio.SocketIoCounters;

/** Counts what Engine.IO and Socket.IO tell of their clients. */
final class SocketIoMeters implements EngineCounters, SocketIoCounters {
  private final Clients clients;
  private final Counters<Refusal> refused;
  private final Counters<CloseReason> closed;
  private final Counters<Return> returns;
  private final Counter postponed;
  private final Timer pingDelay;

  SocketIoMeters(MeterRegistry registry, Clients clients, EngineNode node) {
    this.clients = clients;
    this.refused =
        GatewayMeasures.SOCKETIO_REFUSED.in(registry, Refusal.class, GatewayMeasures::lower);
    this.closed =
        GatewayMeasures.SOCKETIO_CLOSED.in(registry, CloseReason.class, GatewayMeasures::lower);
    this.returns =
        GatewayMeasures.SOCKETIO_RETURNS.in(registry, Return.class, GatewayMeasures::lower);
    this.postponed = GatewayMeasures.SOCKETIO_POSTPONED.in(registry);
    this.pingDelay = GatewayMeasures.SOCKETIO_PING_DELAY.in(registry);
    GatewayMeasures.SOCKETIO_HALF_OPEN.of(registry, node::halfOpenSessions);
  }

  @Override
  public void opened(TransportKind transport) {
    clients.opened(transport);
  }

  @Override
  public void upgraded() {
    clients.upgraded();
  }

  @Override
  public void closed(TransportKind transport, CloseReason reason) {
    clients.closed(transport, reason);
    closed.increment(reason);
  }

  @Override
  public void refused(Refusal refusal) {
    refused.increment(refusal);
  }

  @Override
  public void pinged(long lateMillis) {
    pingDelay.record(Duration.ofMillis(Math.max(0, lateMillis)));
  }

  @Override
  public void recovered() {
    returns.increment(Return.RECOVERED);
  }

  @Override
  public void recoveryFailed() {
    returns.increment(Return.UNPROVED);
  }

  @Override
  public void connectPostponed() {
    postponed.increment();
  }
}

package parley.gateway.transport;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import parley.engineio.CloseReason;
import parley.engineio.EngineCounters;
import parley.engineio.TransportKind;
import parley.gateway.metrics.GatewayMeasures;

/** How many clients are connected, by transport. */
final class Clients implements EngineCounters {
  enum Transport {
    SOCKETIO_WEBSOCKET,
    SOCKETIO_POLLING,
    WEBSOCKET,
    SSE,
    POLL
  }

  private final Map<Transport, LongAdder> byTransport = new EnumMap<>(Transport.class);

  Clients(MeterRegistry registry) {
    for (Transport transport : Transport.values()) {
      LongAdder clients = new LongAdder();
      byTransport.put(transport, clients);
      GatewayMeasures.CONNECTIONS.of(
          registry, transport.name().toLowerCase(Locale.ROOT), clients::sum);
    }
  }

  void came(Transport transport) {
    Objects.requireNonNull(byTransport.get(transport)).increment();
  }

  void left(Transport transport) {
    Objects.requireNonNull(byTransport.get(transport)).decrement();
  }

  @Override
  public void opened(TransportKind kind) {
    came(of(kind));
  }

  @Override
  public void upgraded() {
    left(Transport.SOCKETIO_POLLING);
    came(Transport.SOCKETIO_WEBSOCKET);
  }

  @Override
  public void closed(TransportKind kind, CloseReason reason) {
    left(of(kind));
  }

  private static Transport of(TransportKind kind) {
    return switch (kind) {
      case WEBSOCKET -> Transport.SOCKETIO_WEBSOCKET;
      case POLLING -> Transport.SOCKETIO_POLLING;
    };
  }
}

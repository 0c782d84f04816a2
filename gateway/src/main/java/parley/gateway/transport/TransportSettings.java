package parley.gateway.transport;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import parley.chassis.config.Setting;
import parley.websocket.FramedConnections;

/** How clients reach a gateway. */
public record TransportSettings(
    @Setting(
            name = "PARLEY_ORIGINS",
            means =
                "Origins whose pages may connect besides the gateways' own, as a list; * for any,"
                    + " then without cookies.",
            example = "https://chat.example.com")
        Set<String> origins,
    @Setting(
            name = "PARLEY_GUESTS",
            means = "Whether Socket.IO clients without a token are let in as guests.",
            otherwise = "off")
        boolean guests,
    @Setting(
            name = "PARLEY_TRUST_PROXY",
            means = "Whether X-Forwarded-For is believed: on behind a proxy that sets it.",
            otherwise = "off")
        boolean trustProxy,
    @Setting(
            name = "PARLEY_RECOVERY",
            means = "Whether Socket.IO sessions are recovered after a break.",
            otherwise = "on")
        boolean recovery,
    @Setting(
            name = "PARLEY_PING_INTERVAL",
            means = "From one heartbeat of a Socket.IO or WebSocket client to the next.",
            otherwise = "25s",
            min = 100,
            max = 300_000)
        Duration pingInterval,
    @Setting(
            name = "PARLEY_PING_TIMEOUT",
            means = "How long a Socket.IO or WebSocket client may take to answer a heartbeat.",
            otherwise = "20s",
            min = 100,
            max = 300_000)
        Duration pingTimeout,
    @Setting(
            name = "PARLEY_PAGE",
            means = "A folder with a page to serve instead of Parley's own.",
            example = "docs/examples/tutorial")
        Optional<Path> page,
    @Setting(
            name = "PARLEY_HTTP_KEEP_ALIVE",
            means =
                "How long a connection over which nothing is sent stays open for the next request"
                    + " (HTTP keep-alive); polls wait up to 30 s, and for as long as"
                    + " PARLEY_PING_INTERVAL says.",
            otherwise = "75s",
            min = 45_000,
            max = 3_600_000)
        Duration keepAlive,
    @Setting(
            name = "PARLEY_DRAIN",
            means = "Over what time a gateway that stops sends its clients elsewhere.",
            otherwise = "5s",
            min = 0,
            max = 600_000)
        Duration drainWindow,
    @Setting(
            name = "PARLEY_SOCKETS",
            means =
                "How WebSockets are served: lean takes their channels over from Vert.x, stock goes"
                    + " through its API.",
            otherwise = "lean")
        Sockets sockets) {

  public TransportSettings {
    if (pingInterval.plusSeconds(1).compareTo(keepAlive) > 0) {
      throw new IllegalArgumentException(
          "PARLEY_PING_INTERVAL is %ds and PARLEY_HTTP_KEEP_ALIVE %ds, which would cut polls that"
                  .formatted(pingInterval.toSeconds(), keepAlive.toSeconds())
              + " wait for a heartbeat; set PARLEY_HTTP_KEEP_ALIVE to "
              + (pingInterval.toSeconds() + 10)
              + "s.");
    }
    page.ifPresent(
        folder -> {
          if (!Files.isReadable(folder.resolve("index.html"))) {
            throw new IllegalArgumentException(
                "PARLEY_PAGE is '" + folder + "'; write a folder with a readable index.html.");
          }
        });
  }

  /** How WebSockets are served. */
  public enum Sockets {
    LEAN,
    STOCK;

    FramedConnections connections() {
      return switch (this) {
        case LEAN -> FramedConnections.lean();
        case STOCK -> FramedConnections.stock();
      };
    }
  }
}

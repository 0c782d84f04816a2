package parley.gateway;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import parley.chassis.config.CommonSettings;
import parley.chassis.config.Setting;
import parley.chassis.token.TokenSettings;
import parley.gateway.session.LimitSettings;
import parley.gateway.session.Relay;
import parley.gateway.transport.TransportSettings;

/** What a gateway is told. */
public record GatewaySettings(
    CommonSettings common,
    TokenSettings tokens,
    @Setting(
            name = "PARLEY_PORT",
            means = "The public port of a gateway; 0 takes any free one.",
            otherwise = "8080",
            min = 0,
            max = 65_535)
        int port,
    @Setting(
            name = "PARLEY_INTERNAL_PORT",
            means = "The port of a gateway for Parley's other processes; 0 takes any free one.",
            otherwise = "0",
            min = 0,
            max = 65_535)
        int internalPort,
    @Setting(
            name = "PARLEY_ADVERTISED_HOST",
            means =
                "The host under which other processes reach this gateway; its own name when it"
                    + " listens on every address.",
            example = "gateway-1")
        Optional<String> advertisedHost,
    @Setting(
            name = "PARLEY_URL",
            means = "The address under which clients reach this very gateway, if they can.",
            example = "https://gateway-1.example.com")
        Optional<URI> url,
    @Setting(
            name = "PARLEY_CHAT",
            means = "The addresses of chat-service, one or more.",
            otherwise = "http://127.0.0.1:8090")
        List<URI> chat,
    @Setting(
            name = "PARLEY_HISTORY",
            means = "The addresses of history-service, one or more.",
            otherwise = "http://127.0.0.1:8091")
        List<URI> history,
    @Setting(
            name = "PARLEY_RELAY",
            means =
                "Events of an application that become stored broadcasts: what is sent>what is"
                    + " heard@room, as a list.",
            example = "msg_send>msg_rec@lobby")
        List<String> relay,
    @Setting(
            name = "PARLEY_LOOPS",
            means = "How many event loops serve clients; 0 is one per processor.",
            otherwise = "0",
            min = 0,
            max = 256)
        int loops,
    TransportSettings transport,
    LimitSettings limits) {

  public GatewaySettings {
    relay.forEach(Relay::parse);
    if (chat.isEmpty() || history.isEmpty()) {
      throw new IllegalArgumentException(
          "PARLEY_CHAT and PARLEY_HISTORY must name an address each: http://127.0.0.1:8090.");
    }
  }

  List<Relay> relays() {
    return relay.stream().map(Relay::parse).toList();
  }
}

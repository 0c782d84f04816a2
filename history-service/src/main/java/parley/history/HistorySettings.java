package parley.history;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import parley.chassis.config.CommonSettings;
import parley.chassis.config.ServerUrl;
import parley.chassis.config.Setting;
import parley.chassis.postgres.PostgresAddress;

/** What history-service is told. */
public record HistorySettings(
    CommonSettings common,
    @Setting(
            name = "PARLEY_HISTORY_PORT",
            means =
                "The port of history-service, for gateways and chat-service; 0 takes any free one.",
            otherwise = "8091",
            min = 0,
            max = 65_535)
        int port,
    PostgresAddress postgres,
    @Setting(
            name = "PARLEY_CHAT",
            means = "The addresses of chat-service, one or more.",
            otherwise = "http://127.0.0.1:8090")
        List<ServerUrl> chat,
    @Setting(
            name = "PARLEY_HISTORY_KEEP_DAYS",
            means =
                "After how many days events are removed from rooms that have no retention of their"
                    + " own; 0 keeps them for ever.",
            otherwise = "0",
            min = 0,
            max = 100_000)
        int keepDays,
    @Setting(
            name = "PARLEY_HISTORY_SWEEP",
            means = "How often events that are past their retention are looked for.",
            otherwise = "1m",
            min = 100,
            max = 86_400_000)
        Duration sweepEvery,
    @Setting(
            name = "PARLEY_HISTORY_CONNECTIONS",
            means = "How many connections to Postgres pages and counts may use at once.",
            otherwise = "8",
            min = 1,
            max = 1_000)
        int connectionsMax) {

  List<URI> chatAddresses() {
    return chat.stream().map(ServerUrl::uri).toList();
  }
}

package parley.chat;

import java.net.URI;
import java.util.List;
import parley.chassis.config.CommonSettings;
import parley.chassis.config.Setting;
import parley.chassis.postgres.PostgresAddress;
import parley.chassis.token.TokenSettings;

/** What chat-service is told. */
public record ChatSettings(
    CommonSettings common,
    @Setting(
            name = "PARLEY_CHAT_PORT",
            means =
                "The port of chat-service, for gateways and history-service; 0 takes any free one.",
            otherwise = "8090",
            min = 0,
            max = 65_535)
        int port,
    PostgresAddress postgres,
    TokenSettings tokens,
    @Setting(
            name = "PARLEY_HISTORY",
            means = "The addresses of history-service, one or more.",
            otherwise = "http://127.0.0.1:8091")
        List<URI> history,
    @Setting(
            name = "PARLEY_GUESTS",
            means = "Whether anyone may become a guest by giving a name.",
            otherwise = "off")
        boolean guests,
    @Setting(
            name = "PARLEY_CREATE_ROOMS",
            means = "Whether a room that is joined and not there is made, as an open one.",
            otherwise = "off")
        boolean createRooms,
    @Setting(
            name = "PARLEY_ROOM_LOG_ENTRIES",
            means =
                "How many entries of a shard Redis holds before Postgres has them; then it is"
                    + " full.",
            otherwise = "100000",
            min = 100)
        long logEntriesMax,
    @Setting(
            name = "PARLEY_ROOM_LOG_BYTES",
            means = "How many bytes of a shard's entries Redis holds before Postgres has them.",
            otherwise = "67108864",
            min = 65_536)
        long logBytesMax) {}

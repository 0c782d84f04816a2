package parley.gateway.session;

import parley.chassis.config.Setting;

/** How much one client, user or address may ask of a gateway; each gateway counts for itself. */
public record LimitSettings(
    @Setting(
            name = "PARLEY_LIMITS",
            means =
                "Whether the limits of rates, connections and rooms hold; off is for load tests.",
            otherwise = "on")
        boolean on,
    @Setting(
            name = "PARLEY_RATE_CONNECTION",
            means = "Requests per second of one connection; three times as many at once.",
            otherwise = "20",
            min = 1)
        int requestsPerConnection,
    @Setting(
            name = "PARLEY_RATE_USER",
            means =
                "Requests that write or publish, per second and user; three times as many at once.",
            otherwise = "20",
            min = 1)
        int writesPerUser,
    @Setting(
            name = "PARLEY_RATE_ADDRESS",
            means =
                "Requests that write or publish, per second and address; three times as many at"
                    + " once.",
            otherwise = "200",
            min = 1)
        int writesPerAddress,
    @Setting(
            name = "PARLEY_RATE_HANDSHAKES",
            means =
                "New sessions and HTTP requests per second and address; three times as many at"
                    + " once.",
            otherwise = "100",
            min = 1)
        int handshakesPerAddress,
    @Setting(
            name = "PARLEY_USER_CONNECTIONS",
            means = "How many connections a user may have to one gateway.",
            otherwise = "50",
            min = 1)
        int connectionsPerUser,
    @Setting(
            name = "PARLEY_SESSION_ROOMS",
            means = "How many rooms a session may have joined.",
            otherwise = "200",
            min = 1)
        int roomsPerSession,
    @Setting(
            name = "PARLEY_EMIT_TO_ALL",
            means =
                "Whether everybody may emit events to everyone, not admins alone; for trying it"
                    + " out.",
            otherwise = "off")
        boolean emitToAll) {}

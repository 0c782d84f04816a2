package parley.gateway.bus;

/**
 * Where a gateway is reached.
 *
 * @param address {@code host:port} of its internal port
 * @param url where clients reach it
 */
public record NodeAddress(String id, String address, String url, long startedMs) {}

package parley.gateway.bus;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;
import parley.chassis.redis.RedisOptions;
import parley.protocol.Shards;

/**
 * What a bus is made of.
 *
 * @param context of the bus thread, an event loop of its own
 * @param lanes of the loops that serve clients
 * @param node this gateway, as the registry names it
 * @param canaryEvery how often the canary flies
 * @param canaryWithin how old the last one that came back may be before the node is not ready
 * @param channelsMax subscriptions at most
 */
public record BusSettings(
    Context context,
    List<Context> lanes,
    RedisOptions redis,
    Shards shards,
    NodeAddress node,
    Duration canaryEvery,
    Duration canaryWithin,
    int channelsMax) {}

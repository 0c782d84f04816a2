/**
 * What a gateway says to Redis and hears from it: a lane of commands per event loop, the
 * subscriptions of the node, the canary, the node's lease, and the calls to chat-service that open
 * shards and load rooms.
 */
@NullMarked
package parley.gateway.bus;

import org.jspecify.annotations.NullMarked;

package parley.socketio;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A packet from a client, found to be well formed.
 *
 * @param ackId {@link #NO_ACK} when there is none
 * @param attachments how many binary messages belong to it
 * @param args of an event or an ack; an event's begins with its name
 * @param auth of a connect
 */
record Packet(
    PacketType type,
    String namespace,
    long ackId,
    int attachments,
    @Nullable JsonArray args,
    @Nullable JsonObject auth) {
  static final long NO_ACK = -1;
}

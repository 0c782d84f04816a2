package parley.socketio;

import io.vertx.core.json.JsonArray;

/**
 * An event from a client.
 *
 * @param args what the client gave it; binary ones are {@link io.vertx.core.buffer.Buffer}s
 */
public record Event(String name, JsonArray args, Ack ack) {}

package parley.socketio;

import io.vertx.core.json.JsonArray;

/** Handles events of one name, on the event loop of their socket. */
@FunctionalInterface
public interface EventHandler {
  /**
   * @param args what the client gave the event; binary ones are {@link
   *     io.vertx.core.buffer.Buffer}s
   */
  void handle(JsonArray args, Ack ack);
}

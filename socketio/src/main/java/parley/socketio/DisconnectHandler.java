package parley.socketio;

/** Hears that a connected socket is connected no longer, on its event loop. */
@FunctionalInterface
public interface DisconnectHandler {
  void handle(Socket socket, DisconnectReason reason);
}

package parley.socketio;

/**
 * Handles every event of a namespace that no socket's own handler took, on the event loop of the
 * socket.
 */
@FunctionalInterface
public interface SocketEventHandler {
  void handle(Socket socket, Event event);
}

package parley.socketio;

/**
 * Hears what happens, to count it. Called on event loops: must not block and be safe for use by
 * several threads.
 */
public interface SocketIoCounters {
  SocketIoCounters NONE = new SocketIoCounters() {};

  default void connected(String namespace) {}

  default void disconnected(String namespace, DisconnectReason reason) {}

  /** A client was not let in by a middleware, or asked for a namespace that does not exist. */
  default void connectRefused() {}

  /** A client was sent away to come again, since something that it needs did not answer. */
  default void connectPostponed() {}

  default void recovered() {}

  /** A client came with a session that could not be proved to be whole; it got a new one. */
  default void recoveryFailed() {}

  default void received(int bytes) {}

  /** Something that the protocol does not allow; the connection was closed for it. */
  default void malformed() {}
}

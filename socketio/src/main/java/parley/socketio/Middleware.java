package parley.socketio;

import io.vertx.core.Future;

/**
 * Decides whether a client may connect to a namespace, before anything of it is recovered or told.
 * Called on the socket's event loop; the future may be completed by any thread.
 */
@FunctionalInterface
public interface Middleware {
  /**
   * @param socket not connected yet: its handshake and {@link Socket#auth} can be read, its {@link
   *     Socket#attach attachment} set
   * @return fails with {@link ConnectRefused} to tell the client why; other failures are told
   *     without their message
   */
  Future<Void> admit(Socket socket);
}

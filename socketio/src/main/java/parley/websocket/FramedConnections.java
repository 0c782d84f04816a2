package parley.websocket;

import io.vertx.core.http.ServerWebSocket;

/** How accepted WebSockets are turned into {@link FramedConnection}s. */
@FunctionalInterface
public interface FramedConnections {

  /**
   * Takes over a WebSocket that was accepted in this turn of its event loop, before anything was
   * read from it.
   *
   * @param messageBytesMax a longer message closes the connection with 1009
   */
  FramedConnection adopt(ServerWebSocket socket, int messageBytesMax, FramedListener listener);

  /** Through the API of Vert.x alone: portable, with a flush per write. */
  static FramedConnections stock() {
    return StockConnection::adopt;
  }

  /**
   * By taking the channel over from Vert.x: a tenth of the memory per connection, and writes that
   * wait for a flush.
   */
  static FramedConnections lean() {
    return new Takeover();
  }
}

package parley.websocket;

import io.netty.buffer.ByteBuf;

/**
 * One accepted WebSocket, seen from its event loop: every method is called there and nowhere else.
 *
 * <p>What goes out is framed beforehand ({@link ServerFrames}), so that one buffer can be shared by
 * many connections.
 */
public interface FramedConnection {

  /**
   * Writes one or more complete server-to-client frames without flushing. Takes over the reference:
   * give each connection its own {@link ByteBuf#retainedDuplicate()}. After the end of the
   * connection the buffer is only released.
   */
  void write(ByteBuf frames);

  /** Hands to the kernel what was written. */
  void flush();

  /** Sends a ping at once; its pong is told by {@link FramedListener#onPong}. */
  void ping();

  /** Bytes written that the kernel has not taken yet. */
  long bytesPending();

  /**
   * Whether the bytes pending are below the high-water mark; {@link FramedListener#onDrain} says
   * when they are again.
   */
  boolean isWritable();

  /** Stops reading from the peer (a message already being delivered still arrives). */
  void pause();

  /** Reads on. */
  void resume();

  /**
   * Starts the closing handshake behind everything written so far; the connection is cut when the
   * peer does not answer in time. Of several calls the first counts.
   */
  void close(int code, String reason);

  /** Cuts the connection at once, without a closing handshake. */
  void abort();
}

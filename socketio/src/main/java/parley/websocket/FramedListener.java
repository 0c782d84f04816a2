package parley.websocket;

import io.netty.buffer.ByteBuf;

/** Hears what comes in on one {@link FramedConnection}, always on its event loop. */
public interface FramedListener {

  /**
   * A complete text message: valid UTF-8, within the limit. The buffer is lent for the length of
   * the call.
   */
  void onText(ByteBuf message);

  /** A complete binary message within the limit. The buffer is lent for the length of the call. */
  void onBinary(ByteBuf message);

  /** The peer has answered a ping, or sends a pong unasked: it is alive. */
  default void onPong() {}

  /** The connection had stopped being writable and is so again. */
  default void onDrain() {}

  /**
   * The end: called exactly once, after the connection is gone, whoever ended it.
   *
   * @param code the close code of the peer, else the one that this side sent, 1006 when there was
   *     neither
   */
  void onClose(int code);
}

package parley.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** What has come in of a message that its sender cut into several frames. */
final class Fragments {
  final boolean text;
  final ByteBuf bytes = Unpooled.buffer();
  private final int bytesMax;

  Fragments(boolean text, int bytesMax) {
    this.text = text;
    this.bytesMax = bytesMax;
  }

  /** Whether there was room for it. */
  boolean add(ByteBuf fragment) {
    if (bytes.readableBytes() + fragment.readableBytes() > bytesMax) {
      return false;
    }
    bytes.writeBytes(fragment);
    return true;
  }
}

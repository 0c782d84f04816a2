package parley.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Writes frames as a client must: masked, with the mask zero, so that the payload stays as it is.
 */
public final class ClientFrames {
  private static final int TEXT = 0x81;
  private static final int PONG = 0x8a;
  private static final int MASKED = 0x80;

  private ClientFrames() {}

  public static ByteBuf text(ByteBufAllocator allocator, String text) {
    return frame(allocator, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public static ByteBuf pong(ByteBufAllocator allocator, byte[] payload) {
    return frame(allocator, PONG, payload);
  }

  private static ByteBuf frame(ByteBufAllocator allocator, int head, byte[] payload) {
    ByteBuf out = allocator.buffer(payload.length + 14).writeByte(head);
    if (payload.length < 126) {
      out.writeByte(MASKED | payload.length);
    } else if (payload.length < 65_536) {
      out.writeByte(MASKED | 126).writeShort(payload.length);
    } else {
      out.writeByte(MASKED | 127).writeLong(payload.length);
    }
    return out.writeInt(0).writeBytes(payload);
  }
}

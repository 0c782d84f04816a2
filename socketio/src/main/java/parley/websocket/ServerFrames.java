package parley.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** Writes the frames that a server sends: final, unmasked, without extensions. */
public final class ServerFrames {
  public static final int TEXT = 0x1;
  public static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;
  private static final int CLOSE_REASON_BYTES_MAX = 123;

  private static final int FINAL = 0x80;
  private static final int SHORT_MAX = 125;
  private static final int MEDIUM = 126;
  private static final int MEDIUM_MAX = 0xFFFF;
  private static final int LONG = 127;

  private static final ByteBuf EMPTY_PING =
      Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeByte(FINAL | PING).writeByte(0));

  private ServerFrames() {}

  /** A close frame; a reason that is too long for one is left out. */
  static ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
    byte[] text = reason.getBytes(UTF_8);
    int bytes = text.length <= CLOSE_REASON_BYTES_MAX ? 2 + text.length : 2;
    ByteBuf out = allocator.directBuffer(2 + bytes);
    writeHeader(out, CLOSE, bytes);
    return out.writeShort(code).writeBytes(text, 0, bytes - 2);
  }

  static ByteBuf pong(ByteBufAllocator allocator, ByteBuf ping) {
    ByteBuf out = allocator.directBuffer(2 + ping.readableBytes());
    writeHeader(out, PONG, ping.readableBytes());
    return out.writeBytes(ping);
  }

  /** A ping without payload; one buffer for all, which need not be released. */
  static ByteBuf emptyPing() {
    return EMPTY_PING.duplicate();
  }

  /** How many bytes the header of a frame of that payload takes. */
  public static int headerBytes(int payloadBytes) {
    return payloadBytes <= SHORT_MAX ? 2 : payloadBytes <= MEDIUM_MAX ? 4 : 10;
  }

  public static void writeHeader(ByteBuf out, int opcode, int payloadBytes) {
    out.writeByte(FINAL | opcode);
    if (payloadBytes <= SHORT_MAX) {
      out.writeByte(payloadBytes);
    } else if (payloadBytes <= MEDIUM_MAX) {
      out.writeByte(MEDIUM).writeShort(payloadBytes);
    } else {
      out.writeByte(LONG).writeLong(payloadBytes);
    }
  }

  /** A frame in a buffer of its own, owned by the caller. */
  public static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
    ByteBuf out = allocator.directBuffer(headerBytes(payload.length) + payload.length);
    writeHeader(out, opcode, payload.length);
    return out.writeBytes(payload);
  }

  /**
   * Walks over the frames of a buffer that this class wrote, leaving its indices alone. The payload
   * is a slice that shares the buffer's reference.
   */
  public static void forEach(ByteBuf frames, FrameVisitor visitor) {
    int at = frames.readerIndex();
    while (at < frames.writerIndex()) {
      int opcode = frames.getByte(at) & 0x0F;
      int length = frames.getByte(at + 1) & 0x7F;
      int header = 2;
      if (length == MEDIUM) {
        length = frames.getUnsignedShort(at + 2);
        header = 4;
      } else if (length == LONG) {
        length = Math.toIntExact(frames.getLong(at + 2));
        header = 10;
      }
      visitor.frame(opcode, frames.slice(at + header, length));
      at += header + length;
    }
  }

  /** See {@link #forEach}. */
  @FunctionalInterface
  public interface FrameVisitor {
    void frame(int opcode, ByteBuf payload);
  }
}

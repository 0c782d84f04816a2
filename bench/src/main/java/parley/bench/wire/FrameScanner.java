package parley.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames that a server sent in what was read, and keeps only the unfinished last one.
 *
 * <p>Not a WebSocket implementation: fragments and masks, which no server under test sends, end the
 * run.
 */
public final class FrameScanner {
  /** Hears of each frame; {@code buffer} is only valid during the call. */
  public interface Listener {
    void frame(int opcode, ByteBuf buffer, int start, int length);
  }

  /** A frame longer than this is a fault of the server or of the scanner. */
  static final int FRAME_BYTES_MAX = 1 << 24;

  private @Nullable ByteBuf rest;

  /** Takes what was read; releases it. */
  public void read(ByteBuf read, ByteBufAllocator allocator, Listener listener) {
    ByteBuf held = rest;
    if (held == null) {
      scan(read, listener);
      if (read.isReadable()) {
        rest = allocator.buffer(read.readableBytes() * 2).writeBytes(read);
      }
      read.release();
    } else {
      held.writeBytes(read);
      read.release();
      scan(held, listener);
      if (held.isReadable()) {
        held.discardReadBytes();
      } else {
        held.release();
        rest = null;
      }
    }
  }

  private static void scan(ByteBuf in, Listener listener) {
    while (in.readableBytes() >= 2) {
      int at = in.readerIndex();
      int first = in.getByte(at);
      int length = in.getByte(at + 1);
      int header = 2;
      if (length < 0 || (first & 0x80) == 0) {
        throw new IllegalStateException("the server sent a masked or fragmented frame");
      }
      if (length == 126) {
        if (in.readableBytes() < 4) {
          return;
        }
        length = in.getUnsignedShort(at + 2);
        header = 4;
      } else if (length == 127) {
        if (in.readableBytes() < 10) {
          return;
        }
        long wide = in.getLong(at + 2);
        if (wide < 0 || wide > FRAME_BYTES_MAX) {
          throw new IllegalStateException("a frame of " + wide + " bytes");
        }
        length = (int) wide;
        header = 10;
      }
      if (in.readableBytes() < header + length) {
        return;
      }
      in.readerIndex(at + header + length);
      listener.frame(first & 0x0f, in, at + header, length);
    }
  }

  /** Gives back what is held when the connection ends. */
  public void close() {
    ByteBuf held = rest;
    if (held != null) {
      held.release();
      rest = null;
    }
  }
}

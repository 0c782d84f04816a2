package parley.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import parley.websocket.ServerFrames;

/**
 * One or several messages for clients, encoded once for any number of sessions and event loops: as
 * WebSocket frames in one buffer, and, once the first polling session asks, as a piece of a poll's
 * answer.
 *
 * <p>The maker owns a reference and gives it back with {@link #release} when every session was
 * given it.
 */
public final class Outgoing {
  /** Between two packets of a poll's answer. */
  static final byte SEPARATOR = 0x1E;

  private final ByteBuf frames;
  private volatile byte @Nullable [] pollingForm;

  private Outgoing(ByteBuf frames) {
    this.frames = frames;
  }

  /**
   * Takes over a buffer of whole frames ({@link ServerFrames}); text ones begin with the packet's
   * type.
   */
  public static Outgoing ofFrames(ByteBuf frames) {
    return new Outgoing(frames);
  }

  /** A packet of text, its type in front. */
  static Outgoing packet(String packet) {
    return new Outgoing(
        ServerFrames.frame(
            PooledByteBufAllocator.DEFAULT, ServerFrames.TEXT, packet.getBytes(UTF_8)));
  }

  /** One text message. */
  public static Outgoing text(String message) {
    return packet("4" + message);
  }

  /** One binary message. */
  public static Outgoing binary(byte[] message) {
    return new Outgoing(
        ServerFrames.frame(PooledByteBufAllocator.DEFAULT, ServerFrames.BINARY, message));
  }

  /** Several as one: a single write for each session. The parts keep their own references. */
  public static Outgoing join(Collection<Outgoing> parts) {
    int bytes = 0;
    for (Outgoing part : parts) {
      bytes += part.bytes();
    }
    ByteBuf joined = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, bytes));
    for (Outgoing part : parts) {
      joined.writeBytes(part.frames, part.frames.readerIndex(), part.bytes());
    }
    return new Outgoing(joined);
  }

  /** A packet that lives as long as the process, for any number of writes. */
  static Outgoing eternal(String packet) {
    byte[] payload = packet.getBytes(UTF_8);
    ByteBuf frame =
        Unpooled.directBuffer(ServerFrames.headerBytes(payload.length) + payload.length);
    ServerFrames.writeHeader(frame, ServerFrames.TEXT, payload.length);
    return new Outgoing(Unpooled.unreleasableBuffer(frame.writeBytes(payload).asReadOnly()));
  }

  /** Its size on a WebSocket. */
  public int bytes() {
    return frames.readableBytes();
  }

  /** The frames, for one more writer, who releases them. */
  ByteBuf framesForOne() {
    return frames.retainedDuplicate();
  }

  /**
   * What of a poll's answer it is; computed once, whichever loop asks first (a race computes it
   * twice, equally).
   */
  byte[] pollingForm() {
    byte[] known = pollingForm;
    if (known == null) {
      known = toPollingForm(frames);
      pollingForm = known;
    }
    return known;
  }

  private static byte[] toPollingForm(ByteBuf frames) {
    var out = new ByteArrayOutputStream(frames.readableBytes());
    ServerFrames.forEach(
        frames,
        (opcode, payload) -> {
          if (out.size() > 0) {
            out.write(SEPARATOR);
          }
          byte[] bytes = ByteBufUtil.getBytes(payload);
          if (opcode == ServerFrames.TEXT) {
            out.writeBytes(bytes);
          } else {
            out.write('b');
            out.writeBytes(Base64.getEncoder().encode(bytes));
          }
        });
    return out.toByteArray();
  }

  /** Frames of what had been queued for polls when the session moved to a WebSocket. */
  static ByteBuf framesOf(byte[] pollingForm) {
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(pollingForm.length + 16);
    int from = 0;
    for (int to = 0; to <= pollingForm.length; to++) {
      if (to == pollingForm.length || pollingForm[to] == SEPARATOR) {
        boolean binary = pollingForm[from] == 'b';
        byte[] payload = Arrays.copyOfRange(pollingForm, binary ? from + 1 : from, to);
        if (binary) {
          payload = Base64.getDecoder().decode(payload);
        }
        ServerFrames.writeHeader(
            out, binary ? ServerFrames.BINARY : ServerFrames.TEXT, payload.length);
        out.writeBytes(payload);
        from = to + 1;
      }
    }
    return out;
  }

  /** The same in memory that the garbage collector frees: need not be released. */
  public Outgoing copy() {
    return new Outgoing(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(frames)));
  }

  /** One more reference, for another thread. */
  public Outgoing retain() {
    frames.retain();
    return this;
  }

  public void release() {
    frames.release();
  }
}

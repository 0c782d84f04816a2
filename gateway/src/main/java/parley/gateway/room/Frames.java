package parley.gateway.room;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import parley.websocket.ServerFrames;

/**
 * Writes events in the wire formats. A run of events becomes one buffer per loop and format: made
 * on the loop that writes it, so that its reference count is touched by one thread only.
 */
final class Frames {
  private static final ByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;
  private static final byte[] PACKET = ascii("42[\"");
  private static final byte[] PLAIN = ascii("{\"event\":\"");
  private static final byte[] DATA = ascii("\",\"data\":");
  private static final byte[] COMMA = ascii("\",");
  private static final byte[] OFFSET = ascii(",\"");
  private static final byte[] OFFSET_END = ascii("\"]");
  private static final byte[] SSE_ID = ascii("id: ");
  private static final byte[] SSE_EVENT = ascii("\nevent: ");
  private static final byte[] SSE_EVENT_ONLY = ascii("event: ");
  private static final byte[] SSE_DATA = ascii("\ndata: ");
  private static final byte[] SSE_END = ascii("\n\n");
  private static final int MARK_DIGITS = 8;

  private Frames() {}

  /** The events from..to of a run as one buffer; {@code room} is the room's {@link Place#mark}. */
  static ByteBuf run(WireFormat format, int room, List<Event> events, int from, int to) {
    int bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += size(format, events.get(i), events.get(i).pos);
    }
    ByteBuf out = BUFFERS.directBuffer(bytes);
    for (int i = from; i < to; i++) {
      write(out, format, room, events.get(i), events.get(i).pos);
    }
    return out;
  }

  /**
   * One event for one client.
   *
   * @param room the {@link Place#mark} of the event's room
   * @param offset position that the client has with it; more than the event's own pos if it comes
   *     late
   */
  static void write(ByteBuf out, WireFormat format, int room, Event event, long offset) {
    switch (format) {
      case SOCKET_IO_RECOVERABLE -> {
        ServerFrames.writeHeader(
            out, ServerFrames.TEXT, packet(event.name, event.json) + 4 + digits(offset));
        out.writeBytes(PACKET)
            .writeBytes(event.name)
            .writeBytes(COMMA)
            .writeBytes(event.json)
            .writeBytes(OFFSET);
        number(out, offset);
        out.writeBytes(OFFSET_END);
      }
      case SOCKET_IO -> packet(out, event.name, event.json);
      case PLAIN -> plain(out, event.name, event.json);
      case SSE -> {
        out.writeBytes(SSE_ID);
        number(out, offset);
        out.writeByte('-');
        number(out, event.seq);
        out.writeByte('-');
        mark(out, room);
        out.writeBytes(SSE_EVENT)
            .writeBytes(event.name)
            .writeBytes(SSE_DATA)
            .writeBytes(event.json)
            .writeBytes(SSE_END);
      }
      case JSON -> out.writeBytes(event.json).writeByte('\n');
    }
  }

  /** Bytes that {@link #write} takes. */
  static int size(WireFormat format, Event event, long offset) {
    return switch (format) {
      case SOCKET_IO_RECOVERABLE -> framed(packet(event.name, event.json) + 4 + digits(offset));
      case SOCKET_IO -> framed(packet(event.name, event.json) + 1);
      case PLAIN -> framed(PLAIN.length + event.name.length + DATA.length + event.json.length + 1);
      case SSE ->
          SSE_ID.length
              + digits(offset)
              + 1
              + digits(event.seq)
              + 1
              + MARK_DIGITS
              + SSE_EVENT.length
              + event.name.length
              + SSE_DATA.length
              + event.json.length
              + SSE_END.length;
      case JSON -> event.json.length + 1;
    };
  }

  /** An ephemeral event; empty in a format that has none, or none with binary parts. */
  static ByteBuf whisper(WireFormat format, Whisper whisper) {
    return switch (format) {
      case SOCKET_IO_RECOVERABLE, SOCKET_IO -> whisperPacket(whisper);
      case PLAIN -> {
        if (!whisper.binaries.isEmpty()) {
          yield Unpooled.EMPTY_BUFFER;
        }
        ByteBuf out = BUFFERS.directBuffer(whisper.name.length + whisper.json.length + 32);
        plain(out, whisper.name, whisper.json);
        yield out;
      }
      case SSE ->
          whisper.binaries.isEmpty()
              ? BUFFERS
                  .directBuffer(whisper.name.length + whisper.json.length + 32)
                  .writeBytes(SSE_EVENT_ONLY)
                  .writeBytes(whisper.name)
                  .writeBytes(SSE_DATA)
                  .writeBytes(whisper.json)
                  .writeBytes(SSE_END)
              : Unpooled.EMPTY_BUFFER;
      case JSON -> Unpooled.EMPTY_BUFFER;
    };
  }

  /** With binary parts: a BINARY_EVENT packet, and each part as a frame of its own behind it. */
  private static ByteBuf whisperPacket(Whisper whisper) {
    if (whisper.binaries.isEmpty()) {
      ByteBuf out = BUFFERS.directBuffer(whisper.name.length + whisper.json.length + 32);
      packet(out, whisper.name, whisper.json);
      return out;
    }
    byte[] head = ascii("45" + whisper.binaries.size() + "-[\"");
    int payload = head.length + whisper.name.length + COMMA.length + whisper.json.length + 1;
    int bytes = framed(payload);
    for (byte[] binary : whisper.binaries) {
      bytes += framed(binary.length);
    }
    ByteBuf out = BUFFERS.directBuffer(bytes);
    ServerFrames.writeHeader(out, ServerFrames.TEXT, payload);
    out.writeBytes(head).writeBytes(whisper.name).writeBytes(COMMA);
    out.writeBytes(whisper.json).writeByte(']');
    for (byte[] binary : whisper.binaries) {
      ServerFrames.writeHeader(out, ServerFrames.BINARY, binary.length);
      out.writeBytes(binary);
    }
    return out;
  }

  /** A buffer for events of this many bytes. */
  static ByteBuf buffer(int bytes) {
    return BUFFERS.directBuffer(bytes);
  }

  private static void packet(ByteBuf out, byte[] name, byte[] json) {
    ServerFrames.writeHeader(out, ServerFrames.TEXT, packet(name, json) + 1);
    out.writeBytes(PACKET).writeBytes(name).writeBytes(COMMA).writeBytes(json).writeByte(']');
  }

  private static void plain(ByteBuf out, byte[] name, byte[] json) {
    ServerFrames.writeHeader(
        out, ServerFrames.TEXT, PLAIN.length + name.length + DATA.length + json.length + 1);
    out.writeBytes(PLAIN).writeBytes(name).writeBytes(DATA).writeBytes(json).writeByte('}');
  }

  /** Bytes of a packet up to its closing bracket. */
  private static int packet(byte[] name, byte[] json) {
    return PACKET.length + name.length + COMMA.length + json.length;
  }

  private static int framed(int payloadBytes) {
    return ServerFrames.headerBytes(payloadBytes) + payloadBytes;
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static void number(ByteBuf out, long number) {
    int at = out.writerIndex() + digits(number);
    out.writerIndex(at);
    long rest = number;
    do {
      out.setByte(--at, (int) ('0' + rest % 10));
      rest /= 10;
    } while (rest > 0);
  }

  private static void mark(ByteBuf out, int room) {
    for (int shift = 4 * (MARK_DIGITS - 1); shift >= 0; shift -= 4) {
      out.writeByte(Character.forDigit((room >>> shift) & 0xf, 16));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}

package parley.socketio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.engineio.Outgoing;
import parley.websocket.ServerFrames;

/** Encodes packets as WebSocket frames, which every other form is made from. */
final class PacketWriter {
  private static final char MESSAGE = '4'; // Engine.IO's type, in front of every packet's text

  private PacketWriter() {}

  /** A packet whose JSON needs no attachments. */
  static Outgoing text(PacketType type, String namespace, long ackId, byte[] json) {
    byte[] head = head(type, namespace, ackId, 0);
    return Outgoing.ofFrames(frame(head, json, 0));
  }

  /** An event or an ack, with whatever attachments its arguments have. */
  static Outgoing args(
      PacketType type,
      String namespace,
      long ackId,
      @Nullable String name,
      List<@Nullable Object> args) {
    var writer = new JsonWriter();
    byte[] json = writer.write(name, args);
    List<byte[]> attachments = writer.attachments();
    if (attachments.isEmpty()) {
      return text(type, namespace, ackId, json);
    }
    PacketType binary = type == PacketType.EVENT ? PacketType.BINARY_EVENT : PacketType.BINARY_ACK;
    int more = 0;
    for (byte[] attachment : attachments) {
      more += ServerFrames.headerBytes(attachment.length) + attachment.length;
    }
    ByteBuf frames = frame(head(binary, namespace, ackId, attachments.size()), json, more);
    for (byte[] attachment : attachments) {
      ServerFrames.writeHeader(frames, ServerFrames.BINARY, attachment.length);
      frames.writeBytes(attachment);
    }
    return Outgoing.ofFrames(frames);
  }

  /** What stands before the JSON of an event without attachments or ack. */
  static byte[] eventHead(String namespace) {
    return head(PacketType.EVENT, namespace, Packet.NO_ACK, 0);
  }

  private static byte[] head(PacketType type, String namespace, long ackId, int attachments) {
    var head = new StringBuilder(16).append(MESSAGE).append(type.digit());
    if (attachments > 0) {
      head.append(attachments).append('-');
    }
    if (!namespace.equals("/")) {
      head.append(namespace).append(',');
    }
    if (ackId != Packet.NO_ACK) {
      head.append(ackId);
    }
    return head.toString().getBytes(namespace.length() == 1 ? US_ASCII : UTF_8);
  }

  private static ByteBuf frame(byte[] head, byte[] json, int spare) {
    int length = head.length + json.length;
    ByteBuf frame =
        PooledByteBufAllocator.DEFAULT.directBuffer(
            ServerFrames.headerBytes(length) + length + spare);
    ServerFrames.writeHeader(frame, ServerFrames.TEXT, length);
    return frame.writeBytes(head).writeBytes(json);
  }
}

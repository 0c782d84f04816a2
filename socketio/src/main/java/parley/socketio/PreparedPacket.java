package parley.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.engineio.Outgoing;
import parley.websocket.ServerFrames;

/**
 * An event, or a run of several, encoded once for any number of sockets of one namespace, on any
 * transport and any event loop. The maker owns a reference and gives it back with {@link #release}
 * once every socket was given it.
 */
public final class PreparedPacket {
  private static final byte[] GUARD = ",null".getBytes(UTF_8);

  private final Outgoing outgoing;

  private PreparedPacket(Outgoing outgoing) {
    this.outgoing = outgoing;
  }

  /**
   * An event whose arguments are JSON already.
   *
   * @param args the arguments without brackets, as a rule one object; nothing of them is looked at
   *     but the last byte
   * @param offset ends the arguments as a string, for the recovery of sessions; null: none, and
   *     {@code null} ends them if otherwise a string would, since clients would take that for an
   *     offset
   */
  public static PreparedPacket event(
      String namespace, String event, byte[] args, @Nullable String offset) {
    return event(namespace, event, args, 0, args.length, offset);
  }

  /** As {@link #event(String, String, byte[], String)}, of a part of an array. */
  public static PreparedPacket event(
      String namespace, String event, byte[] args, int from, int to, @Nullable String offset) {
    ReservedEvents.refuse(event);
    byte[] head = PacketWriter.eventHead(namespace);
    byte[] name = quoted(event);
    byte[] end =
        offset != null ? (',' + quotedText(offset)).getBytes(UTF_8) : guard(args, from, to);
    int length = head.length + name.length + 2 + end.length + (from < to ? 1 + to - from : 0);
    ByteBuf frame =
        PooledByteBufAllocator.DEFAULT.directBuffer(ServerFrames.headerBytes(length) + length);
    ServerFrames.writeHeader(frame, ServerFrames.TEXT, length);
    frame.writeBytes(head).writeByte('[').writeBytes(name);
    if (from < to) {
      frame.writeByte(',').writeBytes(args, from, to - from);
    }
    frame.writeBytes(end).writeByte(']');
    return new PreparedPacket(Outgoing.ofFrames(frame));
  }

  private static byte[] guard(byte[] args, int from, int to) {
    int last = to - 1;
    while (last >= from && args[last] <= ' ') {
      last--;
    }
    return last < from || args[last] == '"' ? GUARD : new byte[0];
  }

  private static byte[] quoted(String text) {
    return quotedText(text).getBytes(UTF_8);
  }

  private static String quotedText(String text) {
    byte[] array = new JsonWriter().write(text, List.of());
    return new String(array, 1, array.length - 2, UTF_8);
  }

  /**
   * An event with arguments as in {@link Socket#emit}.
   *
   * @param offset as in {@link #event(String, String, byte[], String)}
   * @param guarded whether {@code null} should follow arguments that end in a string: without an
   *     offset, needed in sessions with a {@link Socket#pid}
   */
  public static PreparedPacket of(
      String namespace,
      String event,
      List<@Nullable Object> args,
      @Nullable String offset,
      boolean guarded) {
    ReservedEvents.refuse(event);
    List<@Nullable Object> all = args;
    if (offset != null || (guarded && endsInString(args))) {
      all = new ArrayList<>(args);
      all.add(offset);
    }
    return new PreparedPacket(
        PacketWriter.args(PacketType.EVENT, namespace, Packet.NO_ACK, event, all));
  }

  private static boolean endsInString(List<@Nullable Object> args) {
    return args.isEmpty()
        || switch (args.getLast()) {
          case null -> false;
          case CharSequence text -> true;
          case Enum<?> constant -> true;
          case RawJson raw -> guard(raw.bytes(), 0, raw.bytes().length).length > 0;
          default -> false;
        };
  }

  /** Several, in order, as one: each still its own frame, in a single write for each socket. */
  public static PreparedPacket run(Collection<PreparedPacket> packets) {
    return new PreparedPacket(
        Outgoing.join(packets.stream().map(packet -> packet.outgoing).toList()));
  }

  /**
   * Whole WebSocket frames of packets that somebody else encoded. Takes over the reference: {@link
   * #release} gives it back.
   */
  public static PreparedPacket ofFrames(ByteBuf frames) {
    return new PreparedPacket(Outgoing.ofFrames(frames));
  }

  /** Its size on a WebSocket. */
  public int bytes() {
    return outgoing.bytes();
  }

  /** The same in memory of its own that needs no release. */
  PreparedPacket copy() {
    return new PreparedPacket(outgoing.copy());
  }

  Outgoing outgoing() {
    return outgoing;
  }

  /** One more reference, for another thread. */
  public PreparedPacket retain() {
    outgoing.retain();
    return this;
  }

  public void release() {
    outgoing.release();
  }
}

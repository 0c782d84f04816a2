package parley.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Takes a posted body apart into its packets. */
final class PollPayload {
  private PollPayload() {}

  /**
   * Delivers the packets in order; false when the body is malformed, after which the session is
   * closed.
   */
  static boolean deliver(byte[] body, EngineOptions options, EngineSession session) {
    if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(body), UTF_8)) {
      return session.malformed();
    }
    int packets = 1;
    for (byte b : body) {
      if (b == Outgoing.SEPARATOR) {
        packets++;
      }
    }
    if (packets > options.packetsPerPollMax()) {
      options.counters().refused(Refusal.TOO_MANY_PACKETS);
      session.close(CloseReason.PARSE_ERROR);
      return false;
    }
    int from = 0;
    for (int to = 0; to <= body.length; to++) {
      if (to == body.length || body[to] == Outgoing.SEPARATOR) {
        if (!deliverOne(body, from, to, session)) {
          return false;
        }
        from = to + 1;
      }
    }
    return true;
  }

  private static boolean deliverOne(byte[] body, int from, int to, EngineSession session) {
    if (from == to || body[from] != 'b') {
      return session.received(body, from, to);
    }
    try { // the client for Java breaks the lines of its Base64
      var decoded = Base64.getMimeDecoder().decode(ByteBuffer.wrap(body, from + 1, to - from - 1));
      byte[] bytes = new byte[decoded.remaining()];
      decoded.get(bytes);
      session.receivedBinary(bytes);
      return true;
    } catch (IllegalArgumentException notBase64) {
      return session.malformed();
    }
  }
}

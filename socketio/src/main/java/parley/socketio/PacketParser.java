package parley.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Reads packets from the text of clients, in one pass over it. Safe for use by several threads. */
final class PacketParser {
  private static final int NAMESPACE_BYTES_MAX = 256;
  private static final int ACK_DIGITS_MAX = 15;
  private static final int ATTACHMENT_DIGITS_MAX = 4;
  private static final String ROOT = "/";

  private final JsonReader json;
  private final int attachmentsMax;

  PacketParser(int attachmentsMax, int depthMax) {
    this.attachmentsMax = attachmentsMax;
    this.json = new JsonReader(depthMax);
  }

  Packet parse(byte[] bytes, int from, int to) throws MalformedPacket {
    return new Cursor(bytes, from, to).packet();
  }

  /** Where in one packet we are. */
  private final class Cursor {
    private final byte[] bytes;
    private final int to;
    private int at;

    private Cursor(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.at = from;
      this.to = to;
    }

    private Packet packet() throws MalformedPacket {
      int digit = at < to ? bytes[at] - '0' : -1;
      if (digit < 0 || digit >= PacketType.count()) {
        throw new MalformedPacket("unknown packet type");
      }
      at++;
      PacketType type = PacketType.of(digit);
      int attachments = type.isBinary() ? attachments() : 0;
      String namespace = namespace();
      long ackId = isDigit() ? number(ACK_DIGITS_MAX) : Packet.NO_ACK;
      Object payload = at < to ? json.read(bytes, at, to) : null;
      boolean hasPayload = at < to;
      return switch (type) {
        case CONNECT -> new Packet(type, namespace, ackId, 0, null, auth(hasPayload, payload));
        case DISCONNECT -> {
          if (hasPayload) {
            throw new MalformedPacket("a disconnect with a payload");
          }
          yield new Packet(type, namespace, ackId, 0, null, null);
        }
        case EVENT, BINARY_EVENT ->
            new Packet(type, namespace, ackId, attachments, event(payload), null);
        case ACK, BINARY_ACK ->
            new Packet(type, namespace, ackId, attachments, ack(ackId, payload), null);
        case CONNECT_ERROR -> throw new MalformedPacket("only servers refuse");
      };
    }

    private boolean isDigit() {
      return at < to && bytes[at] >= '0' && bytes[at] <= '9';
    }

    private long number(int digitsMax) throws MalformedPacket {
      long number = 0;
      int start = at;
      while (isDigit()) {
        number = number * 10 + (bytes[at++] - '0');
        if (at - start > digitsMax) {
          throw new MalformedPacket("a number too long");
        }
      }
      if (at == start) {
        throw new MalformedPacket("a number is missing");
      }
      return number;
    }

    private int attachments() throws MalformedPacket {
      long count = number(ATTACHMENT_DIGITS_MAX);
      if (at >= to || bytes[at++] != '-' || count < 1 || count > attachmentsMax) {
        throw new MalformedPacket("illegal attachments");
      }
      return (int) count;
    }

    private String namespace() throws MalformedPacket {
      if (at >= to || bytes[at] != '/') {
        return ROOT;
      }
      int start = at;
      while (at < to && bytes[at] != ',') {
        at++;
        if (at - start > NAMESPACE_BYTES_MAX) {
          throw new MalformedPacket("a namespace too long");
        }
      }
      String namespace = at - start == 1 ? ROOT : new String(bytes, start, at - start, UTF_8);
      if (at < to) {
        at++; // the comma
      }
      return namespace;
    }

    private static JsonObject auth(boolean hasPayload, @Nullable Object payload)
        throws MalformedPacket {
      if (!hasPayload) {
        return new JsonObject();
      }
      if (payload instanceof JsonObject auth) {
        return auth;
      }
      throw new MalformedPacket("a connect's payload is an object");
    }

    private static JsonArray event(@Nullable Object payload) throws MalformedPacket {
      if (payload instanceof JsonArray args && !args.isEmpty()) {
        Object name = args.getValue(0);
        if (name instanceof Number
            || (name instanceof String text && !ReservedEvents.contains(text))) {
          return args;
        }
      }
      throw new MalformedPacket("an event's payload is an array that begins with a name");
    }

    private static JsonArray ack(long ackId, @Nullable Object payload) throws MalformedPacket {
      if (ackId != Packet.NO_ACK && payload instanceof JsonArray args) {
        return args;
      }
      throw new MalformedPacket("an ack has a number and an array");
    }
  }
}

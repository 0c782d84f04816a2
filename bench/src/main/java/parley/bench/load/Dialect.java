package parley.bench.load;

import io.netty.buffer.ByteBuf;

/**
 * How a kind of server is spoken to: what is sent once a connection is open, and what its frames
 * mean.
 */
interface Dialect {
  /** The path and query of the upgrade request. */
  String path();

  /** The connection was upgraded. */
  void opened(Client client);

  /** A text frame came. */
  void text(Client client, ByteBuf in, int start, int length);

  /** The frame that sends a text to the client's room. */
  String message(Client client, String text);

  /** Whether the bytes at {@code at} are these characters. */
  static boolean startsWith(ByteBuf in, int at, int length, String characters) {
    if (length < characters.length()) {
      return false;
    }
    for (int i = 0; i < characters.length(); i++) {
      if (in.getByte(at + i) != characters.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether these characters stand in the first {@code within} bytes: for the short answers of a
   * handshake.
   */
  static boolean contains(ByteBuf in, int start, int length, String characters, int within) {
    int last = Math.min(length, within) - characters.length();
    for (int at = 0; at <= last; at++) {
      if (startsWith(in, start + at, length - at, characters)) {
        return true;
      }
    }
    return false;
  }
}

package parley.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A WebSocket client of bytes: it sends whatever it is given, right or wrong. */
final class RawWebSocket implements AutoCloseable {
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  private static final int SILENCE_MILLIS = 20_000;

  private final Socket socket;
  private final DataInputStream in;

  /** What a server sent. */
  record Frame(int firstByte, byte[] payload) {
    int opcode() {
      return firstByte & 0x0F;
    }

    int closeCode() {
      return payload.length < 2 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }
  }

  RawWebSocket(int port, String path) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(SILENCE_MILLIS);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    send(request.getBytes(ISO_8859_1));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    if (!head.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException("not upgraded: " + head);
    }
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Null at the end of the connection, however it ends. */
  @Nullable Frame read() {
    try {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte(); // of a server, hence without the masking bit
      long bytes = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
      byte[] payload = new byte[Math.toIntExact(bytes)];
      in.readFully(payload);
      return new Frame(first, payload);
    } catch (java.net.SocketTimeoutException silence) {
      throw new AssertionError("the server says nothing and does not hang up", silence);
    } catch (EOFException | java.net.SocketException ended) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says that nothing more is coming. */
  void hangUp() {
    try {
      socket.shutdownOutput();
    } catch (IOException gone) {
      // the other side was quicker
    }
  }

  /** Cuts the connection with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  // frames of a client

  static byte[] frame(int firstByte, byte[] payload) {
    return frame(firstByte, payload, 0x37FA213D);
  }

  static byte[] frame(int firstByte, byte[] payload, int mask) {
    int form = payload.length <= 125 ? payload.length : payload.length <= 0xFFFF ? 126 : 127;
    return frame(firstByte, form, payload.length, payload, mask);
  }

  /** With the length written in a form, and of a size, of the caller's choice. */
  static byte[] frame(int firstByte, int form, long length, byte[] payload, int mask) {
    var out = new ByteArrayOutputStream();
    out.write(firstByte);
    out.write(0x80 | form);
    number(out, length, form == 126 ? 2 : form == 127 ? 8 : 0);
    number(out, mask, 4);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask >>> 8 * (3 - i % 4));
    }
    return out.toByteArray();
  }

  static byte[] unmasked(int firstByte, byte[] payload) {
    var out = new ByteArrayOutputStream();
    out.write(firstByte);
    out.write(payload.length);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) (value >>> 8 * i));
    }
  }
}

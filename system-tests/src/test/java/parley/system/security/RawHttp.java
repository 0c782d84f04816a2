package parley.system.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Bytes over a TCP connection, for what no HTTP client would send. */
final class RawHttp implements AutoCloseable {
  private final Socket socket;

  RawHttp(URI node) {
    try {
      socket = new Socket(node.getHost(), node.getPort());
      socket.setTcpNoDelay(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the lines and says all that comes back until the other side ends or is silent. */
  static String exchange(URI node, String text, int silenceMs) {
    try (var raw = new RawHttp(node)) {
      raw.write(text);
      return raw.readUntilSilent(silenceMs);
    }
  }

  /** Whether the other side still took it. */
  boolean write(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  String readUntilSilent(int silenceMs) {
    StringBuilder text = new StringBuilder();
    byte[] some = new byte[8_192];
    try {
      socket.setSoTimeout(silenceMs);
      InputStream in = socket.getInputStream();
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        text.append(new String(some, 0, read, StandardCharsets.UTF_8));
      }
    } catch (SocketTimeoutException silent) {
      return text.toString();
    } catch (IOException reset) {
      return text.toString();
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package parley.backing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One command on a connection of its own: enough of RESP2 to control a server. */
final class RedisWire {

  private static final int TIMEOUT_MILLIS = 5_000;

  private final InputStream in;

  private RedisWire(InputStream in) {
    this.in = in;
  }

  /** The answer as text; an array's elements one a line. An error answer is thrown. */
  static String call(URI server, String... command) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(server.getHost(), server.getPort() < 0 ? 6379 : server.getPort()),
          TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      RedisWire wire = new RedisWire(new BufferedInputStream(socket.getInputStream()));
      if (server.getUserInfo() != null) {
        wire.exchange(socket, auth(server.getUserInfo()));
      }
      return wire.exchange(socket, List.of(command));
    }
  }

  private static List<String> auth(String userInfo) {
    int colon = userInfo.indexOf(':');
    String user = userInfo.substring(0, Math.max(0, colon));
    String password = userInfo.substring(colon + 1);
    return user.isEmpty() ? List.of("AUTH", password) : List.of("AUTH", user, password);
  }

  private String exchange(Socket socket, List<String> command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + command.size() + "\r\n").getBytes(StandardCharsets.UTF_8));
    for (String argument : command) {
      byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    socket.getOutputStream().write(out.toByteArray());
    return answer();
  }

  private String answer() throws IOException {
    String head = line();
    String rest = head.substring(1);
    return switch (head.charAt(0)) {
      case '+', ':' -> rest;
      case '-' -> throw new IOException("Redis answers: " + rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> {
        List<String> lines = new ArrayList<>();
        for (int left = Integer.parseInt(rest); left > 0; left--) {
          lines.add(answer());
        }
        yield String.join("\n", lines);
      }
      default -> throw new IOException("not RESP2: " + head);
    };
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    byte[] bytes = in.readNBytes(length);
    line();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("Redis closed the connection");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}

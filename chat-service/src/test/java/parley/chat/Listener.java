package parley.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import parley.backing.RedisServer;

/** Hears one sharded channel over a connection of its own; keeps what is published there. */
final class Listener implements AutoCloseable {
  final List<String> heard = new CopyOnWriteArrayList<>();
  private final Socket socket;

  Listener(RedisServer redis, String channel) {
    try {
      socket = new Socket(redis.host(), redis.port());
      socket
          .getOutputStream()
          .write(
              "*2\r\n$10\r\nSSUBSCRIBE\r\n$%d\r\n%s\r\n"
                  .formatted(channel.getBytes(StandardCharsets.UTF_8).length, channel)
                  .getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      // The confirmation is six lines: *3, $10, ssubscribe, $n, the channel, :1.
      for (int i = 0; i < 6; i++) {
        in.readLine();
      }
      Thread.ofVirtual().start(() -> in.lines().forEach(this::keep));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(String line) {
    if (line.startsWith("~") || line.startsWith("{\"")) {
      heard.add(line);
    }
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

package parley.backing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A Docker engine asked directly, in a bounded time: Testcontainers would retry for minutes where
 * the engine has no image and no registry can be reached.
 */
final class Engine {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
  private static final int DOCKER_PORT = 2375;
  private static final int ANSWER_CHARS_MAX = 1_000_000;

  private final SocketAddress address;

  private Engine(SocketAddress address) {
    this.address = address;
  }

  /** The engine that DOCKER_HOST names, or one in a usual place; empty on a machine without. */
  static Optional<Engine> inSight() {
    String host = System.getenv("DOCKER_HOST");
    if (host != null && host.startsWith("tcp://")) {
      URI uri = URI.create(host);
      int port = uri.getPort() < 0 ? DOCKER_PORT : uri.getPort();
      return Optional.of(new Engine(new InetSocketAddress(uri.getHost(), port)));
    }
    Stream<Path> sockets =
        host != null && host.startsWith("unix://")
            ? Stream.of(Path.of(host.substring("unix://".length())))
            : Stream.of(
                Path.of("/var/run/docker.sock"),
                Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"));
    return sockets
        .filter(Files::exists)
        .findFirst()
        .map(path -> new Engine(UnixDomainSocketAddress.of(path)));
  }

  boolean answers() {
    return ask("GET /_ping", ANSWER_WITHIN).startsWith("HTTP/1.0 200");
  }

  boolean has(String image) {
    return ask("GET /images/" + image + "/json", ANSWER_WITHIN).startsWith("HTTP/1.0 200");
  }

  /** Whether the image could be pulled; given up when nothing moves for {@code stalled}. */
  boolean pull(String image, Duration stalled) {
    int colon = image.lastIndexOf(':');
    String name = image.substring(0, colon);
    String progress =
        ask(
            "POST /images/create?fromImage=%s&tag=%s".formatted(name, image.substring(colon + 1)),
            stalled);
    return progress.startsWith("HTTP/1.0 200") && !progress.contains("\"error\"") && has(image);
  }

  /** The whole answer; empty when there is none, or nothing of it came for {@code stalled}. */
  private String ask(String request, Duration stalled) {
    boolean local = address instanceof UnixDomainSocketAddress;
    AtomicLong movedAt = new AtomicLong(System.nanoTime());
    try (SocketChannel channel =
        local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
      Thread.ofVirtual().start(() -> closeWhenStalled(channel, movedAt, stalled));
      channel.connect(address);
      byte[] head =
          (request + " HTTP/1.0\r\nHost: docker\r\n\r\n").getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(head));
      StringBuilder answer = new StringBuilder();
      ByteBuffer bytes = ByteBuffer.allocate(8_192);
      while (channel.read(bytes) >= 0 && answer.length() < ANSWER_CHARS_MAX) {
        movedAt.set(System.nanoTime());
        answer.append(StandardCharsets.UTF_8.decode(bytes.flip()));
        bytes.clear();
      }
      return answer.toString();
    } catch (IOException unreachable) {
      return "";
    }
  }

  private static void closeWhenStalled(
      SocketChannel channel, AtomicLong movedAt, Duration stalled) {
    try {
      while (channel.isOpen()) {
        if (System.nanoTime() - movedAt.get() > stalled.toNanos()) {
          channel.close();
        }
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // Closing is all that was wanted, and there is nothing else to close.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

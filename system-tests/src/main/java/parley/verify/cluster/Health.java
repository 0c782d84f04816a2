package parley.verify.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** What processes of this machine say of themselves, asked with little patience. */
final class Health implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

  /** Whether anything at all is at a port. */
  static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  boolean isReady(int port) {
    return get(port, "/health/ready", BodyHandlers.discarding())
        .filter(answer -> answer.statusCode() == 200)
        .isPresent();
  }

  /** Summed over its labels; NaN if there is no answer. */
  double metric(int operationsPort, String name, String labels) {
    return get(operationsPort, "/metrics", BodyHandlers.ofString())
        .flatMap(
            page ->
                page.body()
                    .lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .filter(line -> line.contains(labels))
                    .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                    .reduce(Double::sum))
        .orElse(Double.NaN);
  }

  private <T> Optional<HttpResponse<T>> get(int port, String path, BodyHandler<T> body) {
    URI page = URI.create("http://127.0.0.1:" + port + path);
    try {
      return Optional.of(http.send(HttpRequest.newBuilder(page).timeout(ANSWER_MAX).build(), body));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.close();
  }
}

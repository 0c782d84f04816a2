package parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.chassis.config.Settings;
import parley.chassis.config.SettingsException;
import parley.chassis.health.Health;

/** Connections that are kept open for the next request, and for how long. */
class KeepAliveTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String ASK = "GET /health/ready HTTP/1.1\r\nHost: parley\r\n";

  private final Vertx vertx = Vertx.vertx();
  private PublicPort open;
  private int port;

  @BeforeEach
  void listen() throws Exception {
    open = new PublicPort(vertx, new Health(), new LastAnswers());
    port =
        open.listen(
                "127.0.0.1", 0, Duration.ofSeconds(1), 1_000, List.of(vertx.getOrCreateContext()))
            .await(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void a_connection_is_kept_for_the_next_request_and_closed_when_none_comes() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(socket, ASK + "\r\n")).startsWith("HTTP/1.1 ");
      }
      long idleSince = System.nanoTime();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - idleSince))
          .isGreaterThan(Duration.ofMillis(500));
    }
  }

  @Test
  void who_wants_no_more_is_let_go_at_once() throws IOException {
    try (Socket socket = connect()) {
      ask(socket, ASK + "Connection: close\r\n\r\n");
      long since = System.nanoTime();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofMillis(900));
    }
  }

  /** A poll that waits sends nothing either: it must not be taken for an idle connection. */
  @Test
  void a_time_that_would_cut_polls_stops_the_start() {
    refuses(Map.of("PARLEY_HTTP_KEEP_ALIVE", "44s"), "45s");
    refuses(Map.of("PARLEY_PING_INTERVAL", "80s"), "PARLEY_PING_INTERVAL is 80s");
    read(Map.of("PARLEY_HTTP_KEEP_ALIVE", "45s"));
    read(Map.of("PARLEY_PING_INTERVAL", "80s", "PARLEY_HTTP_KEEP_ALIVE", "90s"));
  }

  private static void refuses(Map<String, String> settings, String sentence) {
    assertThatThrownBy(() -> read(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("PARLEY_HTTP_KEEP_ALIVE")
        .hasMessageContaining(sentence);
  }

  private static TransportSettings read(Map<String, String> settings) {
    return Settings.read(TransportSettings.class, settings);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  /** One answer with a body of known length. */
  private static String ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as(head.toString()).isGreaterThanOrEqualTo(0);
      head.append((char) next);
    }
    String length =
        head.toString()
            .toLowerCase(Locale.ROOT)
            .replaceFirst("(?s).*content-length: (\\d+).*", "$1");
    in.readNBytes(Integer.parseInt(length));
    return head.toString();
  }
}

package parley.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private ServerSocket echo;
  private FaultProxy proxy;
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    proxy = new FaultProxy(echo.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(2_000);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    echo.close();
  }

  @Test
  void bytes_pass_both_ways() throws IOException {
    assertThat(echoed("hello")).isEqualTo("hello");
  }

  @Test
  void a_cut_ends_the_connection_and_refuses_new_ones() throws IOException {
    assertThat(echoed("hello")).isEqualTo("hello");
    proxy.set(FaultProxy.Mode.CUT);
    assertThatThrownBy(
            () -> {
              if (client.getInputStream().read() < 0) {
                throw new IOException("end of stream");
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_silent_connection_stays_open_and_goes_on_later_where_it_was() throws IOException {
    proxy.set(FaultProxy.Mode.SILENT);
    client.getOutputStream().write("hello".getBytes());
    client.setSoTimeout(300);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    proxy.set(FaultProxy.Mode.PASS);
    client.setSoTimeout(2_000);
    assertThat(new String(client.getInputStream().readNBytes(5))).isEqualTo("hello");
  }

  @Test
  void delay_and_slowness_take_time_and_lose_nothing() throws IOException {
    String text = "x".repeat(2_048);
    for (FaultProxy.Mode mode :
        new FaultProxy.Mode[] {FaultProxy.Mode.DELAYED, FaultProxy.Mode.SLOW}) {
      proxy.set(mode);
      long from = System.nanoTime();
      assertThat(echoed(text)).isEqualTo(text);
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofMillis(35));
    }
  }

  private String echoed(String text) throws IOException {
    client.getOutputStream().write(text.getBytes());
    return new String(client.getInputStream().readNBytes(text.length()));
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket one = echo.accept();
        Thread.ofVirtual().start(() -> copy(one));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void copy(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      in.transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The proxy cut it.
    }
  }
}

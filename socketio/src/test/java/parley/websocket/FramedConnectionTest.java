package parley.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server does with a connection: writing, pausing, and ending it. */
class FramedConnectionTest {
  private static final byte[] GOODBYE =
      RawWebSocket.frame(0x88, new byte[] {(byte) (1000 >> 8), (byte) 1000});

  private EchoSockets server;
  private RawWebSocket client;
  private EchoSockets.Echo echo;

  private void connect(String sockets) throws IOException {
    server =
        new EchoSockets(
            sockets.equals("lean") ? FramedConnections.lean() : FramedConnections.stock());
    client = new RawWebSocket(server.port, "/");
    echo = server.echo("/");
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private static byte[] text(String text) {
    return RawWebSocket.frame(0x81, text.getBytes(UTF_8));
  }

  private void assertEndsOnceWith(int code) {
    await().until(() -> !echo.closeCodes.isEmpty());
    assertThat(echo.closeCodes).containsExactly(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void nothing_is_heard_while_it_is_paused_and_all_of_it_in_order_afterwards(String sockets)
      throws IOException {
    connect(sockets);
    List<String> sent = IntStream.range(0, 5_000).mapToObj(i -> "message " + i).toList();
    echo.onMessage =
        () -> {
          echo.onMessage = null;
          echo.connection.pause();
        };
    var all = new java.io.ByteArrayOutputStream();
    sent.forEach(one -> all.writeBytes(text(one)));
    client.send(all.toByteArray());
    await().until(() -> !echo.heard.isEmpty());
    var turned = new AtomicBoolean();
    echo.run(() -> echo.run(() -> turned.set(true)));
    await().untilTrue(turned);
    assertThat(echo.heard).containsExactly("message 0");
    echo.run(echo.connection::resume);
    await().until(() -> echo.heard.size() == sent.size());
    assertThat(echo.heard).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void it_says_when_a_slow_reader_has_taken_what_was_written(String sockets) throws IOException {
    connect(sockets);
    byte[] block = new byte[60_000];
    var written = new java.util.concurrent.atomic.AtomicInteger();
    echo.run(
        () -> {
          while (echo.connection.isWritable() && written.get() < 5_000) {
            echo.connection.write(
                ServerFrames.frame(PooledByteBufAllocator.DEFAULT, ServerFrames.BINARY, block));
            echo.connection.flush();
            written.incrementAndGet();
          }
          assertThat(echo.connection.bytesPending()).isPositive();
          echo.run(() -> echo.onMessage = () -> {});
        });
    await().until(() -> echo.onMessage != null);
    assertThat(written).hasValueLessThan(5_000);
    assertThat(echo.drained).isFalse();
    for (int i = 0; i < written.get(); i++) {
      assertThat(client.read().payload()).hasSize(block.length);
    }
    await().until(() -> echo.drained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_ping_goes_out_and_its_pong_is_heard(String sockets) throws IOException {
    connect(sockets);
    echo.run(echo.connection::ping);
    assertThat(client.read().opcode()).isEqualTo(RawWebSocket.PING);
    assertThat(echo.pongs).hasValue(0);
    client.send(RawWebSocket.frame(0x8A, new byte[0]));
    await().until(() -> echo.pongs.get() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void the_server_closes_behind_what_it_wrote(String sockets) throws IOException {
    connect(sockets);
    echo.run(
        () -> {
          echo.connection.write(
              ServerFrames.frame(
                  PooledByteBufAllocator.DEFAULT, ServerFrames.TEXT, "last".getBytes(UTF_8)));
          echo.connection.close(4123, "why not");
          echo.connection.close(4124, "again");
        });
    assertThat(new String(client.read().payload(), UTF_8)).isEqualTo("last");
    RawWebSocket.Frame close = client.read();
    assertThat(close.closeCode()).isEqualTo(4123);
    assertThat(new String(close.payload(), 2, close.payload().length - 2, UTF_8))
        .isEqualTo("why not");
    client.send(text("not heard"));
    client.send(RawWebSocket.frame(0x88, new byte[] {4123 >> 8, (byte) 4123}));
    assertThat(client.read()).isNull();
    assertEndsOnceWith(4123);
    assertThat(echo.heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_paused_connection_is_closed_all_the_same(String sockets) throws IOException {
    connect(sockets);
    echo.run(
        () -> {
          echo.connection.pause();
          echo.connection.close(4123, "why not");
          echo.connection.resume();
        });
    assertThat(client.read().closeCode()).isEqualTo(4123);
    client.send(GOODBYE);
    assertThat(client.read()).isNull();
    assertEndsOnceWith(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void an_abort_says_nothing(String sockets) throws IOException {
    connect(sockets);
    echo.run(
        () -> {
          echo.connection.abort();
          echo.connection.abort();
          echo.connection.close(4123, "too late");
        });
    assertThat(client.read()).isNull();
    assertEndsOnceWith(1006);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_client_that_hangs_up_ends_it(String sockets) throws IOException {
    connect(sockets);
    client.hangUp();
    assertEndsOnceWith(1006);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_reset_ends_it(String sockets) throws IOException {
    connect(sockets);
    client.reset();
    assertEndsOnceWith(1006);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void what_is_written_after_the_end_is_released(String sockets) throws IOException {
    connect(sockets);
    client.hangUp();
    assertEndsOnceWith(1006);
    var frame = ServerFrames.frame(PooledByteBufAllocator.DEFAULT, ServerFrames.TEXT, new byte[10]);
    echo.run(
        () -> {
          echo.connection.write(frame);
          echo.connection.flush();
        });
    await().until(() -> frame.refCnt() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_handler_that_throws_ends_nothing(String sockets) throws IOException {
    connect(sockets);
    echo.context.exceptionHandler(failure -> {});
    echo.onMessage =
        () -> {
          echo.onMessage = null;
          throw new IllegalStateException("on purpose");
        };
    client.send(text("first"));
    client.send(text("second"));
    assertThat(new String(client.read().payload(), UTF_8)).isEqualTo("second");
  }
}

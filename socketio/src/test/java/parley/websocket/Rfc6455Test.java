package parley.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import parley.websocket.RawWebSocket.Frame;
import parley.websocket.Rfc6455Case.Answer;
import parley.websocket.Rfc6455Case.Outcome;

/** Every case of {@link Rfc6455Cases}, over raw sockets, on one way of adopting a WebSocket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Rfc6455Test {
  static final List<Rfc6455Case> CASES = Rfc6455Cases.all();

  private static final byte[] GOODBYE =
      RawWebSocket.frame(0x88, new byte[] {(byte) (1000 >> 8), (byte) 1000});

  private final FramedConnections connections;
  private final boolean failsByCutting;
  private final AtomicInteger paths = new AtomicInteger();
  private EchoSockets server;

  /**
   * @param failsByCutting whether a connection may be failed without the close frame, which the RFC
   *     only recommends, and without what was not flushed before it
   */
  Rfc6455Test(FramedConnections connections, boolean failsByCutting) {
    this.connections = connections;
    this.failsByCutting = failsByCutting;
  }

  @BeforeAll
  void start() {
    server = new EchoSockets(connections);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void there_are_hundreds_of_cases_with_names_of_their_own() {
    assertThat(CASES).hasSizeGreaterThan(300);
    assertThat(CASES).extracting(Rfc6455Case::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("CASES")
  void is_kept(Rfc6455Case one) throws IOException {
    String path = "/" + paths.incrementAndGet();
    int closeCode;
    try (var client = new RawWebSocket(server.port, path)) {
      send(client, one.writes());
      for (Answer answer : one.answers()) {
        Frame frame = client.read();
        if (frame != null || !(failsByCutting && one.outcome() instanceof Outcome.Fails)) {
          assertFrame(frame, 0x80 | answer.opcode(), answer.payload());
        }
      }
      closeCode =
          switch (one.outcome()) {
            case Outcome.GoesOn() -> {
              byte[] alive = {'a', 'l', 'i', 'v', 'e'};
              client.send(RawWebSocket.frame(0x80 | RawWebSocket.PING, alive));
              assertFrame(client.read(), 0x80 | RawWebSocket.PONG, alive);
              client.send(GOODBYE);
              assertEnd(client, 1000);
              yield 1000;
            }
            case Outcome.Closes(int code) -> {
              assertEnd(client, code);
              yield code;
            }
            case Outcome.Fails(int code) -> {
              assertFailed(client, code);
              yield 0; // whether it is the code sent or 1006 depends on who failed it
            }
          };
    }
    List<Integer> codes = server.closeCodes(path);
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> !codes.isEmpty());
    assertThat(codes).hasSize(1);
    if (closeCode != 0) {
      assertThat(codes).containsExactly(closeCode);
    }
  }

  private static void send(RawWebSocket client, List<byte[]> writes) {
    try {
      for (byte[] write : writes) {
        client.send(write);
      }
    } catch (IOException refused) {
      // the server was quicker to fail the connection than this to write
    }
  }

  private static void assertFrame(Frame frame, int firstByte, byte[] payload) {
    assertThat(frame).isNotNull();
    assertThat(frame.firstByte()).isEqualTo(firstByte);
    assertThat(frame.payload()).isEqualTo(payload);
  }

  private void assertFailed(RawWebSocket client, int code) {
    Frame last = client.read();
    if (last != null || !failsByCutting) {
      assertEnd(client, last, code);
    }
  }

  private static void assertEnd(RawWebSocket client, int code) {
    assertEnd(client, client.read(), code);
  }

  private static void assertEnd(RawWebSocket client, Frame last, int code) {
    assertThat(last).isNotNull();
    assertThat(last.firstByte()).isEqualTo(0x80 | RawWebSocket.CLOSE);
    assertThat(last.closeCode()).isEqualTo(code);
    client.hangUp();
    assertThat(client.read()).isNull();
  }
}

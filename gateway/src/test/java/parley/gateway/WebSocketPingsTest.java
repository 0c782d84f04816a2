package parley.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pings of {@code /ws}, with both ways to serve WebSockets. */
@Isolated("measures times")
class WebSocketPingsTest {
  private static final int PING = 0x9;
  private static final int PINGS = 5;
  private static final int RECEIVE_BYTES = 4 * 1024;

  /** Messages of 15 KB: more than all buffers between two programs hold. */
  private static final int MANY = 700;

  private static Town lean;
  private static Town stock;

  @BeforeAll
  static void start() {
    lean = town("lean");
    stock = town("stock");
  }

  private static Town town(String sockets) {
    return Town.with(
        1,
        "PARLEY_LIMITS",
        "off",
        "PARLEY_LOOPS",
        "1",
        "PARLEY_SOCKETS",
        sockets,
        "PARLEY_PING_INTERVAL",
        "150ms",
        "PARLEY_PING_TIMEOUT",
        "2s");
  }

  @AfterAll
  static void stop() {
    lean.close();
    stock.close();
  }

  private static Town served(String sockets) {
    return sockets.equals("lean") ? lean : stock;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_client_that_answers_its_pings_stays(String sockets) throws IOException {
    try (var client = new Client(served(sockets))) {
      for (int ping = 0; ping < PINGS; ping++) {
        assertThat(client.nextPing()).isTrue();
        client.send(0xA, new byte[0]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_client_that_answers_none_is_cut(String sockets) throws IOException {
    try (var client = new Client(served(sockets))) {
      assertThat(client.nextPing()).isTrue();
      assertThat(client.nextPing()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lean", "stock"})
  void a_client_that_reads_nothing_for_a_while_stays_and_gets_everything(String sockets)
      throws IOException {
    Town town = served(sockets);
    JsonObject room = new JsonObject().put("room", "stalled");
    RawSocketIo talker = RawSocketIo.connect(town.http, town.port(0), town.token("tom"));
    assertThat(talker.ask("join", room).getBoolean("ok")).isTrue();
    try (var client = new Client(town)) {
      client.send(
          0x1, "{\"id\":1,\"event\":\"join\",\"data\":{\"room\":\"stalled\"}}".getBytes(UTF_8));
      await().atMost(Town.SOON).until(() -> isThere(talker));
      JsonObject large = room.copy().put("data", "x".repeat(15_000));
      for (int i = 0; i < MANY; i++) {
        assertThat(talker.ask("send", large).getBoolean("ok")).isTrue();
      }
      await()
          .atMost(Town.SOON)
          .during(Duration.ofSeconds(5)) // more than twice the time for an answer
          .pollInterval(Duration.ofMillis(200))
          .until(() -> isThere(talker));
      assertThat(client.messages(MANY)).isEqualTo(MANY);
    }
  }

  private static boolean isThere(RawSocketIo talker) {
    return talker.ask("who", new JsonObject().put("room", "stalled")).getJsonArray("users").stream()
        .anyMatch(user -> "ada".equals(((JsonObject) user).getString("id")));
  }

  /** A client of {@code /ws} that answers nothing by itself. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    private Client(Town town) throws IOException {
      socket = new Socket();
      socket.setReceiveBufferSize(RECEIVE_BYTES);
      socket.connect(new InetSocketAddress("127.0.0.1", town.port(0)));
      socket.setSoTimeout((int) Town.SOON.toMillis());
      in = new DataInputStream(socket.getInputStream());
      socket
          .getOutputStream()
          .write(
              ("GET /ws HTTP/1.1\r\n"
                      + "Host: localhost\r\n"
                      + "Connection: Upgrade\r\n"
                      + "Upgrade: websocket\r\n"
                      + "Sec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                  .getBytes(US_ASCII));
      List<Byte> end = List.of((byte) 13, (byte) 10, (byte) 13, (byte) 10);
      List<Byte> head = new ArrayList<>();
      while (head.size() < 4 || !head.subList(head.size() - 4, head.size()).equals(end)) {
        head.add(in.readByte());
      }
      send(
          0x1,
          ("{\"event\":\"auth\",\"data\":{\"token\":\"" + town.token("ada") + "\"}}")
              .getBytes(UTF_8));
    }

    /** A short frame of which every byte is masked with zero, or a longer one likewise. */
    void send(int opcode, byte[] payload) throws IOException {
      var frame = new java.io.ByteArrayOutputStream();
      frame.write(0x80 | opcode);
      if (payload.length < 126) {
        frame.write(0x80 | payload.length);
      } else {
        frame.write(0x80 | 126);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
      }
      frame.writeBytes(new byte[4]);
      frame.writeBytes(payload);
      socket.getOutputStream().write(frame.toByteArray());
    }

    /** False at the end of the connection. */
    boolean nextPing() throws IOException {
      try {
        while (true) {
          int opcode = in.readUnsignedByte() & 0xF;
          int length = in.readUnsignedByte();
          in.readFully(new byte[length == 126 ? in.readUnsignedShort() : length]);
          if (opcode == PING) {
            return true;
          }
        }
      } catch (EOFException | SocketException ended) {
        return false;
      }
    }

    /** Reads that many messages, or as many as come; answers pings. */
    int messages(int wanted) throws IOException {
      int heard = 0;
      try {
        while (heard < wanted) {
          int opcode = in.readUnsignedByte() & 0xF;
          int length = in.readUnsignedByte();
          byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
          in.readFully(payload);
          if (opcode == PING) {
            send(0xA, payload);
          } else if (new String(payload, UTF_8).startsWith("{\"event\":\"message\"")) {
            heard++;
          }
        }
      } catch (EOFException | SocketException ended) {
        return heard;
      }
      return heard;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

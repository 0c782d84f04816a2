package parley.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pings of {@code /ws}, with both ways to serve WebSockets. */
class WebSocketPingsTest {
  private static final int PING = 0x9;
  private static final int PINGS = 5;

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

  /** A client of {@code /ws} that answers nothing by itself. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    private Client(Town town) throws IOException {
      socket = new Socket("127.0.0.1", town.port(0));
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

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

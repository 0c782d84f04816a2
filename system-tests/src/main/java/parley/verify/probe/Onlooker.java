package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import parley.verify.talk.Tokens;

/**
 * A plain WebSocket client over its own socket, so that it can stop reading as a stalled program
 * would, vanish without a word, and tell whether it was ever cut off. It never reconnects.
 */
public final class Onlooker implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 5_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int TEXT = 0x81;
  private static final int PONG = 0x8A;
  private static final int MASKED = 0x80;
  private static final int MEDIUM = 126;
  private static final int LARGE = 127;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;
  private final BiConsumer<String, JsonObject> heard;
  private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private volatile boolean reading = true;
  private volatile boolean open = true;

  private Onlooker(int port, int receiveBytes, BiConsumer<String, JsonObject> heard)
      throws IOException {
    this.heard = heard;
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 8 * 1024));
    out = socket.getOutputStream();
  }

  /**
   * Connects to one gateway and says who it is.
   *
   * @param receiveBytes of the socket's buffer; 0 leaves it to the system
   * @param heard what comes unasked: event and data
   */
  public static Onlooker connect(
      int port, String user, int receiveBytes, BiConsumer<String, JsonObject> heard)
      throws IOException {
    var onlooker = new Onlooker(port, receiveBytes, heard);
    try {
      onlooker.upgrade();
      Thread.ofVirtual().start(onlooker::read);
      JsonObject answer = onlooker.ask("auth", new JsonObject().put("token", Tokens.of(user)));
      if (!answer.getBoolean("ok", false)) {
        throw new IOException("not let in: " + answer);
      }
      return onlooker;
    } catch (IOException e) {
      onlooker.close();
      throw e;
    }
  }

  /** As {@link #connect}, tried again for a while: a node may have too much to do just now. */
  static Onlooker patiently(
      int port, String user, int receiveBytes, BiConsumer<String, JsonObject> heard)
      throws IOException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return connect(port, user, receiveBytes, heard);
      } catch (IOException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000_000);
      }
    }
  }

  private void upgrade() throws IOException {
    socket.setSoTimeout(CONNECT_MILLIS_MAX);
    out.write(
        """
        GET /ws HTTP/1.1\r
        Host: 127.0.0.1\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: cGFybGV5IG9ubG9va2VyIQ==\r
        \r
        """
            .getBytes(StandardCharsets.US_ASCII));
    var head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      head.append((char) in.readUnsignedByte());
    }
    if (!head.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException("no upgrade: " + head.toString().lines().findFirst().orElse(""));
    }
    socket.setSoTimeout(0);
  }

  /** Whether the connection was never ended by the other side. */
  public boolean isOpen() {
    return open;
  }

  /** From now on nothing is read; what comes fills the buffers on the way. */
  public void stopReading() {
    reading = false;
  }

  public void goOnReading() {
    reading = true;
  }

  /** Sends without waiting; the answer comes when it comes. */
  public CompletableFuture<JsonObject> tell(String event, JsonObject data) throws IOException {
    int id = ids.incrementAndGet();
    var answer = new CompletableFuture<JsonObject>();
    answers.put(id, answer);
    write(
        TEXT,
        new JsonObject()
            .put("id", id)
            .put("event", event)
            .put("data", data)
            .encode()
            .getBytes(StandardCharsets.UTF_8));
    return answer;
  }

  public JsonObject ask(String event, JsonObject data) throws IOException {
    try {
      return tell(event, data).get(CONNECT_MILLIS_MAX * 2L, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer to " + event, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void read() {
    try {
      while (open) {
        while (!reading) {
          LockSupport.parkNanos(5_000_000);
        }
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == MEDIUM) {
          length = in.readUnsignedShort();
        } else if (length == LARGE) {
          length = Math.toIntExact(in.readLong());
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
          throw new EOFException();
        }
        frame(first & 0x0F, payload);
      }
    } catch (IOException e) {
      open = false;
      answers.values().forEach(answer -> answer.completeExceptionally(e));
    }
  }

  private void frame(int opcode, byte[] payload) throws IOException {
    switch (opcode) {
      case 1 -> take(new JsonObject(new String(payload, StandardCharsets.UTF_8)));
      case 8 -> throw new EOFException("closed by the server: " + reason(payload));
      case 9 -> write(PONG, payload);
      default -> {}
    }
  }

  private static String reason(byte[] close) {
    return close.length < 2
        ? "no reason"
        : (((close[0] & 0xFF) << 8) | (close[1] & 0xFF))
            + " "
            + new String(close, 2, close.length - 2, StandardCharsets.UTF_8);
  }

  private void take(JsonObject frame) {
    Integer id = frame.getInteger("id");
    String event = frame.getString("event");
    JsonObject data = frame.getJsonObject("data", new JsonObject());
    if (event != null) {
      heard.accept(event, data);
    } else if (id != null) {
      CompletableFuture<JsonObject> answer = answers.remove(id);
      if (answer != null) {
        answer.complete(data);
      }
    }
  }

  /** A masked frame; the mask is zero, which leaves the bytes as they are. */
  private synchronized void write(int first, byte[] payload) throws IOException {
    int length = payload.length;
    byte[] head =
        length < MEDIUM
            ? new byte[] {(byte) first, (byte) (MASKED | length)}
            : new byte[] {
              (byte) first, (byte) (MASKED | MEDIUM), (byte) (length >> 8), (byte) length
            };
    byte[] frame = new byte[head.length + 4 + length];
    System.arraycopy(head, 0, frame, 0, head.length);
    System.arraycopy(payload, 0, frame, head.length + 4, length);
    out.write(frame);
  }

  /** Vanishes: no closing frame, no goodbye. */
  @Override
  public void close() {
    open = false;
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}

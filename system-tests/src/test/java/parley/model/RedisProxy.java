package parley.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before Redis: cuts connections, loses published messages, leads to another Redis. */
final class RedisProxy implements AutoCloseable {
  private static final byte[] SMESSAGE = "smessage".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_PEEK = 64;

  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger toLose = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile int target;

  RedisProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "redis://127.0.0.1:" + server.getLocalPort();
  }

  /** New connections lead to another Redis; the old ones are cut. */
  void leadTo(int port) {
    target = port;
    cut();
  }

  void cut() {
    sockets.forEach(RedisProxy::close);
  }

  /** The next so many published messages reach nobody, one connection each. */
  void lose(int messages) {
    toLose.set(messages);
  }

  /** How many messages have been lost so far. */
  int lost() {
    return lost.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    try {
      Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(redis);
      client.setTcpNoDelay(true);
      redis.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pipe(client, redis, false));
      Thread.ofVirtual().start(() -> pipe(redis, client, true));
    } catch (IOException e) {
      close(client);
    }
  }

  private void pipe(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = new BufferedInputStream(from.getInputStream(), 1 << 16);
      OutputStream out = new BufferedOutputStream(to.getOutputStream(), 1 << 16);
      if (!answers) {
        byte[] some = new byte[1 << 16];
        for (int n = in.read(some); n > 0; n = in.read(some)) {
          out.write(some, 0, n);
          out.flush();
        }
        return;
      }
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      while (readFrame(in, frame)) {
        if (!isLost(frame)) {
          frame.writeTo(out);
          if (in.available() == 0) {
            out.flush();
          }
        }
        frame.reset();
      }
    } catch (IOException e) {
      // The other end goes with this one.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private boolean isLost(ByteArrayOutputStream frame) {
    if (toLose.get() <= 0 || frame.size() < SMESSAGE.length) {
      return false;
    }
    byte[] bytes = frame.toByteArray();
    if (bytes[0] != '>' || indexOf(bytes) < 0 || toLose.getAndDecrement() <= 0) {
      return false;
    }
    lost.incrementAndGet();
    return true;
  }

  private static int indexOf(byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length - SMESSAGE.length, FRAME_PEEK); i++) {
      int k = 0;
      while (k < SMESSAGE.length && bytes[i + k] == SMESSAGE[k]) {
        k++;
      }
      if (k == SMESSAGE.length) {
        return i;
      }
    }
    return -1;
  }

  /** One whole RESP reply, however deep; false at the end. */
  private static boolean readFrame(InputStream in, ByteArrayOutputStream frame) throws IOException {
    int left = 1;
    while (left > 0) {
      int kind = in.read();
      if (kind < 0) {
        return false;
      }
      frame.write(kind);
      long number = readLine(in, frame);
      left--;
      switch (kind) {
        case '$', '=', '!' -> {
          if (number >= 0) {
            frame.write(in.readNBytes((int) number + 2));
          }
        }
        case '*', '~', '>' -> left += (int) Math.max(0, number);
        case '%', '|' -> left += (int) (2 * Math.max(0, number)) + (kind == '|' ? 1 : 0);
        default -> {}
      }
    }
    return true;
  }

  /** The rest of a line, and the number that it is if it is one. */
  private static long readLine(InputStream in, ByteArrayOutputStream frame) throws IOException {
    StringBuilder digits = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      frame.write(c);
      if (c == '\n') {
        break;
      }
      if (c != '\r' && digits.length() < 20) {
        digits.append((char) c);
      }
    }
    return digits.toString().matches("-?\\d{1,18}") ? Long.parseLong(digits.toString()) : 0;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed, then.
    }
  }
}

package parley.verify.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on loopback between two parts of the cluster, which can cut, delay, slow and silence
 * what passes through. A connection is two virtual threads; what each holds is one buffer.
 */
public final class FaultProxy implements AutoCloseable {
  /** What happens to the bytes. */
  public enum Mode {
    /** They pass. */
    PASS,
    /** Connections are closed, new ones are refused. */
    CUT,
    /** Connections stay open, nothing passes in either direction. */
    SILENT,
    /** Each read is handed on after a pause. */
    DELAYED,
    /** Few bytes a second. */
    SLOW,
    /** {@link #NARROW_BYTES_PER_SECOND} in each direction of each connection. */
    NARROW
  }

  public static final int NARROW_BYTES_PER_SECOND = 300_000;

  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int SLOW_BYTES = 256;
  private static final long SLOW_NANOS = 20_000_000;
  private static final long DELAY_NANOS = 40_000_000;
  private static final long SILENT_NANOS = 5_000_000;
  private static final int CONNECT_MILLIS_MAX = 2_000;

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;
  private volatile int target;

  public FaultProxy(int targetPort) {
    target = targetPort;
    try {
      server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("proxy to " + targetPort).start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  public Mode mode() {
    return mode;
  }

  /** From now on; a cut closes what is open. */
  public void set(Mode wanted) {
    mode = wanted;
    if (wanted == Mode.CUT) {
      closeAll();
    }
  }

  /** New connections go to another server; the old ones are cut, as by a failover. */
  public void retarget(int port) {
    target = port;
    closeAll();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (mode == Mode.CUT) {
          client.close();
        } else {
          Thread.ofVirtual().start(() -> connect(client));
        }
      } catch (IOException e) {
        // The proxy was closed, or a connection was gone before it was taken.
      }
    }
  }

  private void connect(Socket client) {
    var upstream = new Socket();
    open.add(client);
    open.add(upstream);
    try {
      upstream.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS_MAX);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pump(upstream, client));
      pump(client, upstream);
    } catch (IOException e) {
      close(client);
      close(upstream);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    var width = new Width();
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hold();
        pass(buffer, read, out, width);
      }
    } catch (IOException e) {
      // Either side is gone; the other follows.
    } finally {
      close(from);
      close(to);
    }
  }

  /** As long as nothing may pass. */
  private void hold() throws IOException {
    while (mode == Mode.SILENT) {
      LockSupport.parkNanos(SILENT_NANOS);
    }
    if (mode == Mode.CUT) {
      throw new IOException("cut");
    }
  }

  private void pass(byte[] buffer, int length, OutputStream out, Width width) throws IOException {
    switch (mode) {
      case PASS, CUT, SILENT -> out.write(buffer, 0, length);
      case DELAYED -> {
        LockSupport.parkNanos(DELAY_NANOS);
        out.write(buffer, 0, length);
      }
      case NARROW -> {
        width.waitFor(length);
        out.write(buffer, 0, length);
      }
      case SLOW -> {
        for (int at = 0; at < length; at += SLOW_BYTES) {
          out.write(buffer, at, Math.min(SLOW_BYTES, length - at));
          if (mode == Mode.SLOW) {
            LockSupport.parkNanos(SLOW_NANOS);
          }
        }
      }
    }
  }

  /** What passes one way in a time; late wake-ups are made up for, so the rate is kept. */
  private static final class Width {
    private static final long CATCH_UP_NANOS = 200_000_000;
    private long freeAtNanos = System.nanoTime();

    void waitFor(int bytes) {
      freeAtNanos = Math.max(freeAtNanos, System.nanoTime() - CATCH_UP_NANOS);
      freeAtNanos += bytes * 1_000_000_000L / NARROW_BYTES_PER_SECOND;
      LockSupport.parkNanos(freeAtNanos - System.nanoTime());
    }
  }

  private void closeAll() {
    open.forEach(this::close);
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It is gone either way.
    }
    closeAll();
  }
}

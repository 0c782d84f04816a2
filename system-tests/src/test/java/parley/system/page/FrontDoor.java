package parley.system.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A load balancer without memory: each TCP connection goes to the next node that answers. It can be
 * cut, which a browser's own "offline" does not do to what is open already.
 */
final class FrontDoor implements AutoCloseable {
  private static final int CONNECT_MS = 1_000;
  private final ServerSocket server;
  private final List<URI> nodes;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  FrontDoor(List<URI> nodes) {
    this.nodes = nodes;
    try {
      server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Ends what is open; nobody comes through until it is mended. */
  void cut() {
    cut = true;
    closeAll();
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        if (cut) {
          client.close();
          open.remove(client);
        } else {
          Thread.startVirtualThread(() -> serve(client));
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket node = anyNode()) {
      open.add(node);
      if (cut) {
        return;
      }
      Thread there = Thread.startVirtualThread(() -> pump(client, node));
      pump(node, client);
      there.join();
      open.remove(node);
    } catch (IOException e) {
      // No node answers: the client's connection is closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private Socket anyNode() throws IOException {
    IOException refused = new IOException("no node");
    for (int tried = 0; tried < nodes.size(); tried++) {
      URI node = nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(node.getHost(), node.getPort()), CONNECT_MS);
        return socket;
      } catch (IOException e) {
        socket.close();
        refused = e;
      }
    }
    throw refused;
  }

  /** Copies until one side ends, then ends the other. */
  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[16_384];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        out.write(bytes, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeBoth(from, to);
    }
  }

  private static void closeBoth(Socket one, Socket other) {
    try (one;
        other) {
      // Closing is all there is to do.
    } catch (IOException e) {
      // They are gone either way.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closeAll();
  }

  private void closeAll() {
    try {
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

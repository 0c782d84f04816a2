package parley.backing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports below the range from which the system gives ports to outgoing connections. From within it,
 * a client that reconnects to a killed server can be given the server's own port and end up
 * connected to itself.
 */
public final class FreePort {

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES = 200;

  /** Those found here lately: whoever asked may not listen yet. */
  private static final Set<Integer> FOUND = new LinkedHashSet<>();

  private static final int FOUND_MAX = 200;

  private FreePort() {}

  public static int find() {
    return find(1);
  }

  /** The first of so many in a row. */
  public static synchronized int find(int inARow) {
    for (int i = 0; i < TRIES; i++) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (IntStream.range(first, first + inARow).allMatch(FreePort::isToBeHad)) {
        IntStream.range(first, first + inARow).forEach(FreePort::remember);
        return first;
      }
    }
    throw new BackingException(
        "No free port was found between " + LOWEST + " and " + HIGHEST + "; name one.");
  }

  private static boolean isToBeHad(int port) {
    return !FOUND.contains(port) && isFree(port);
  }

  private static void remember(int port) {
    if (FOUND.size() >= FOUND_MAX) {
      FOUND.remove(FOUND.iterator().next());
    }
    FOUND.add(port);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException busy) {
      return false;
    }
  }
}

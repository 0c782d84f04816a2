package parley.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import parley.bench.measure.ServerProcesses;

/** A peer that runs, with all its processes on one core. */
final class PeerProcess implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofMinutes(2);
  private static final Duration STOP_MAX = Duration.ofSeconds(15);

  private final Process process;
  private final int port;
  private final Path data;

  private PeerProcess(Process process, int port, Path data) {
    this.process = process;
    this.port = port;
    this.data = data;
  }

  static PeerProcess start(Peer peer, int core) throws IOException {
    int port = freePort();
    Path data = Files.createTempDirectory("parley-bench");
    var builder =
        new ProcessBuilder("taskset", "-c", Integer.toString(core), "sh", "-c", peer.command())
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("log").toFile());
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("DATA", data.resolve("data").toString());
    var started = new PeerProcess(builder.start(), port, data);
    try {
      started.awaitReady(peer);
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void awaitReady(Peer peer) throws IOException {
    long until = System.nanoTime() + START_MAX.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        throw new IllegalStateException(
            peer.name() + " does not start: " + Files.readString(data.resolve("log")));
      }
      pause();
    }
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The token secret that a Parley has made in its data folder. */
  String secret() throws IOException {
    Path file = data.resolve("data").resolve("secret");
    return Files.exists(file) ? Files.readString(file).strip() : "none";
  }

  ServerProcesses processes() {
    var pids = new ArrayList<Long>();
    pids.add(process.pid());
    process.descendants().forEach(child -> pids.add(child.pid()));
    return new ServerProcesses(List.copyOf(pids));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    long until = System.nanoTime() + STOP_MAX.toNanos();
    while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < until) {
      pause();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}

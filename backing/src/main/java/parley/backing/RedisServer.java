package parley.backing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running Redis and the faults that can be done to it. Port and data stay the same through every
 * kill and restart. Not for use by several threads at once.
 */
public final class RedisServer implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final URI uri;
  private final @Nullable ServerRun run;

  private RedisServer(URI uri, @Nullable ServerRun run) {
    this.uri = uri;
    this.run = run;
  }

  static RedisServer external(String address) {
    return new RedisServer(URI.create(address), null);
  }

  /** As clients take it: {@code redis://127.0.0.1:20123}. */
  public String url() {
    return uri.toString();
  }

  public String host() {
    return uri.getHost();
  }

  public int port() {
    return uri.getPort() < 0 ? 6379 : uri.getPort();
  }

  /** Whether the server is ours to kill, pause and restart. */
  public boolean controllable() {
    return run != null;
  }

  /** {@code kill -9}; what was written to the append-only file so far is there after a start. */
  public void kill() {
    run().kill();
  }

  /** Freezes the server: connections stay open, nothing answers, new ones are not accepted. */
  public void pause() {
    run().pause();
  }

  public void resume() {
    run().resume();
  }

  /** A clean stop; {@link #start} brings it back on the same port and data. */
  public void stop() {
    run().stop();
  }

  /** Starts a killed or stopped server again and waits until it answers. */
  public void start() {
    run().start();
    Readiness.await("Redis on port " + port(), READY_WITHIN, run(), this::answers);
  }

  /** {@code kill -9}, then up again on the same port and data. */
  public void restart() {
    kill();
    start();
  }

  /** As after a power cut: killed, the last bytes of the append-only file gone, up again. */
  public void restartWithoutLastBytes(long bytes) {
    kill();
    AppendOnlyFile.newest(run().data()).cutBytes(bytes);
    start();
  }

  /**
   * As {@link #restartWithoutLastBytes}, cut between entries (a function call writes one); gives
   * what was cut off.
   */
  public String restartWithoutLastEntries(int entries) {
    kill();
    String cut = AppendOnlyFile.newest(run().data()).cutEntries(entries);
    start();
    return cut;
  }

  /** Makes this server a replica of {@code master} (a demoted one too); waits for the link. */
  public void replicate(RedisServer master) {
    String[] address = addressFor(master);
    command("REPLICAOF", address[0], address[1]);
    Readiness.await(
        "The replication link to port " + master.port(),
        READY_WITHIN,
        run(),
        () -> command("INFO", "replication").contains("master_link_status:up"));
  }

  /**
   * Makes a replica a master, once it has loaded what its master sent: {@code REPLICAOF NO ONE}.
   */
  public void promote() {
    Readiness.await(
        "What Redis on port " + port() + " loads",
        READY_WITHIN,
        run(),
        () -> command("INFO", "persistence").contains("loading:0"));
    command("REPLICAOF", "NO", "ONE");
  }

  /** The answer to one command as text, the elements of an array one a line. */
  public String command(String... command) {
    try {
      return RedisWire.call(uri, command);
    } catch (IOException e) {
      throw new BackingException(String.join(" ", command) + " failed: " + e.getMessage(), e);
    }
  }

  /** Stops the server; data that was temporary is removed. A server of somebody else is left. */
  @Override
  public void close() {
    if (run != null) {
      run.stop();
      run.remove();
    }
  }

  private String[] addressFor(RedisServer master) {
    return master.run instanceof Container container
        ? new String[] {container.name(), Integer.toString(master.port())}
        : new String[] {master.host(), Integer.toString(master.port())};
  }

  private boolean answers() {
    try {
      return RedisWire.call(uri, "PING").equals("PONG");
    } catch (IOException notYet) {
      return false;
    }
  }

  private ServerRun run() {
    if (run == null) {
      throw new BackingException(
          "The Redis at " + uri.getHost() + " is not ours to control; use Backing.freshRedis().");
    }
    return run;
  }

  /** What a Redis shall be; the defaults are those of a test: empty, in memory, any free port. */
  public static final class Builder {

    private @Nullable Path data;
    private int port;
    private boolean appendOnly;
    private boolean embedded;
    private boolean sentinel;
    private @Nullable Path binary;
    private @Nullable RedisServer master;
    private final Map<String, String> config = new LinkedHashMap<>();

    Builder() {
      config.put("save", "");
      config.put("aof-load-truncated", "yes");
      config.put("repl-diskless-sync-delay", "0");
      config.put("maxmemory-policy", "noeviction");
    }

    /** Keeps the data in this folder, beyond the JVM's end; else it is temporary. */
    public Builder data(Path folder) {
      this.data = folder;
      return this;
    }

    public Builder port(int wanted) {
      this.port = wanted;
      return this;
    }

    /** Writes an append-only file, so that the data outlives a kill. */
    public Builder appendOnly() {
      this.appendOnly = true;
      return this;
    }

    /** In Redis' notation: {@code 64mb}. */
    public Builder maxMemory(String size) {
      return config("maxmemory", size);
    }

    /** Any other line of redis.conf. */
    public Builder config(String name, String value) {
      config.put(name, value);
      return this;
    }

    /** Runs the binary that comes with the build, whatever the machine has. */
    public Builder embedded() {
      this.embedded = true;
      return this;
    }

    /** A sentinel instead of a server; always the binary, which finds its masters on 127.0.0.1. */
    public Builder sentinel() {
      this.sentinel = true;
      return this;
    }

    /** Runs this binary, of another version perhaps. */
    public Builder binary(Path file) {
      this.binary = file;
      return this;
    }

    public Builder replicaOf(RedisServer wanted) {
      this.master = wanted;
      return this;
    }

    public RedisServer start() {
      int chosen = port == 0 ? FreePort.find() : port;
      if (!FreePort.isFree(chosen)) {
        throw new BackingException("Port " + chosen + " for Redis is busy; name another one.");
      }
      config.put("appendonly", appendOnly ? "yes" : "no");
      Path folder = data == null ? Folders.temporary("redis") : Folders.create(data);
      ServerRun run = run(folder, chosen);
      RedisServer server = new RedisServer(URI.create("redis://127.0.0.1:" + chosen), run);
      try {
        server.start();
        if (master != null) {
          server.replicate(master);
        }
        return server;
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
    }

    private ServerRun run(Path folder, int chosen) {
      if (sentinel) {
        return RedisRuns.sentinel(folder, data == null, chosen);
      }
      if (binary != null) {
        return RedisRuns.process(binary, folder, data == null, chosen, config);
      }
      return embedded || Form.chosen() == Form.EMBEDDED
          ? RedisRuns.process(Binaries.redisServer(), folder, data == null, chosen, config)
          : RedisRuns.container(folder, data == null, chosen, config);
    }
  }
}

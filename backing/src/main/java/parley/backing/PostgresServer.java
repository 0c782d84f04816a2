package parley.backing;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A running Postgres and the faults that can be done to it. Port and data stay the same through
 * every kill and restart. Not for use by several threads at once.
 */
public final class PostgresServer implements AutoCloseable {

  static final String USER = "parley";
  static final String PASSWORD = "parley";
  static final String DATABASE = "parley";
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final String CONNECT_SECONDS = "2";

  private final URI uri;
  private final @Nullable ServerRun run;

  private PostgresServer(URI uri, @Nullable ServerRun run) {
    this.uri = uri;
    this.run = run;
  }

  static PostgresServer external(String address) {
    return new PostgresServer(URI.create(address), null);
  }

  /** As clients take it: {@code postgresql://user:password@127.0.0.1:20123/parley}. */
  public String url() {
    return uri.toString();
  }

  public int port() {
    return uri.getPort() < 0 ? 5432 : uri.getPort();
  }

  /** Whether the server is ours to kill, pause and restart. */
  public boolean controllable() {
    return run != null;
  }

  /** Makes an empty database and gives its address. */
  public synchronized String createDatabase(String name) {
    if (!name.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new BackingException("'" + name + "' is no name for a database; use a-z, 0-9 and _.");
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
    } catch (SQLException e) {
      throw new BackingException("The database " + name + " cannot be made: " + e.getMessage(), e);
    }
    String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@";
    return "postgresql://%s%s:%d/%s".formatted(user, uri.getHost(), port(), name);
  }

  /** {@code kill -9} of the server and of the processes that serve its connections. */
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

  /** A clean stop that cuts the connections; {@link #start} brings the server back. */
  public void stop() {
    run().stop();
  }

  /** Starts a killed or stopped server again and waits until it answers. */
  public void start() {
    run().start();
    Readiness.await("Postgres on port " + port(), READY_WITHIN, run(), this::answers);
  }

  /** {@code kill -9}, then up again on the same port and data. */
  public void restart() {
    kill();
    start();
  }

  /** Stops the server; data that was temporary is removed. A server of somebody else is left. */
  @Override
  public void close() {
    if (run != null) {
      run.stop();
      run.remove();
    }
  }

  private boolean answers() {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    String[] user = (uri.getUserInfo() == null ? USER : uri.getUserInfo()).split(":", 2);
    properties.setProperty("user", user[0]);
    properties.setProperty("password", user.length > 1 ? user[1] : "");
    properties.setProperty("connectTimeout", CONNECT_SECONDS);
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), port(), uri.getRawPath()), properties);
  }

  private ServerRun run() {
    if (run == null) {
      throw new BackingException(
          "The Postgres at " + uri.getHost() + " is not ours to control; start one of your own.");
    }
    return run;
  }

  /** What a Postgres shall be; the defaults are those of a test: temporary, any free port. */
  public static final class Builder {

    private @Nullable Path data;
    private int port;
    private boolean embedded;
    private final Map<String, String> config = new LinkedHashMap<>();

    Builder() {
      config.put("max_connections", "200");
      config.put("shared_buffers", "64MB");
      config.put("jit", "off");
      config.put("log_min_messages", "warning");
    }

    /** Keeps the data in this folder, safe against a power cut; else it is temporary. */
    public Builder data(Path folder) {
      this.data = folder;
      return this;
    }

    public Builder port(int wanted) {
      this.port = wanted;
      return this;
    }

    /** Any line of postgresql.conf. */
    public Builder config(String name, String value) {
      config.put(name, value);
      return this;
    }

    /** Runs the binary that comes with the build, whatever the machine has. */
    public Builder embedded() {
      this.embedded = true;
      return this;
    }

    public PostgresServer start() {
      int chosen = port == 0 ? FreePort.find() : port;
      if (!FreePort.isFree(chosen)) {
        throw new BackingException("Port " + chosen + " for Postgres is busy; name another one.");
      }
      if (data == null) {
        // A kill -9 of the server loses nothing that way, only a power cut does.
        config.putIfAbsent("fsync", "off");
        config.putIfAbsent("full_page_writes", "off");
      }
      Path folder = data == null ? Folders.temporary("postgres") : Folders.create(data);
      ServerRun run =
          embedded || Form.chosen() == Form.EMBEDDED
              ? PostgresRuns.process(folder, data == null, chosen, config)
              : PostgresRuns.container(folder, data == null, chosen, config);
      URI uri =
          URI.create(
              "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(USER, PASSWORD, chosen, DATABASE));
      PostgresServer server = new PostgresServer(uri, run);
      try {
        server.start();
        return server;
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
    }
  }
}

package parley.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.Settings;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;

/**
 * A running system: each service a process of its own, and two gateways. It takes a while to start,
 * so the tests of the page and of its safety share one.
 */
public final class LiveSystem {
  /** Only tokens for this audience are believed. */
  public static final String AUDIENCE = "parley-system-tests";

  /** Where the processes write their logs. */
  public static final Path LOGS = Path.of("target", "live-system").toAbsolutePath();

  private static final Map<String, String> SETTINGS =
      Map.of(
          "PARLEY_TOKEN_AUDIENCE",
          AUDIENCE,
          "PARLEY_EMIT_TO_ALL",
          "on",
          "PARLEY_SESSION_ROOMS",
          "60");
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final Duration POLL_EVERY = Duration.ofMillis(50);
  private static final Duration TOKEN_LASTS = Duration.ofHours(1);
  private static @Nullable LiveSystem shared;
  private final Cluster cluster;

  private LiveSystem() {
    cluster = Cluster.start(new Cluster.Size(2, 1, 1), SETTINGS, folder());
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
  }

  /** With both nodes running, whatever the test before did to them. */
  public static synchronized LiveSystem open() {
    if (shared == null) {
      shared = new LiveSystem();
    }
    shared.start(0);
    shared.start(1);
    return shared;
  }

  private static Path folder() {
    try {
      return Files.createDirectories(LOGS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where node 0 or 1 serves the page and everything else that is public. */
  public URI node(int index) {
    return cluster.addresses().get(index);
  }

  /** The ports that are for Parley's own processes. */
  public List<URI> internals() {
    return cluster.internalAddresses();
  }

  /** Where the operations ports of all processes are. */
  public List<URI> operations() {
    return Stream.of(cluster.historyServices(), cluster.chatServices(), cluster.gateways())
        .flatMap(List::stream)
        .map(ServiceProcess::operations)
        .toList();
  }

  /** Ends the node at once, by kill -9. */
  public void kill(int index) {
    cluster.gateways().get(index).kill();
  }

  /** The node stands still, with all its connections open, until it is let go on. */
  public Standstill pauseNode(int index) {
    return pause(cluster.gateways().get(index));
  }

  /** Nothing is stored in Postgres until history-service is let go on. */
  public Standstill pauseHistory() {
    return pause(cluster.historyServices().getFirst());
  }

  private static Standstill pause(ServiceProcess process) {
    process.pause();
    return process::resume;
  }

  /** A process that does nothing, up to its close. */
  public interface Standstill extends AutoCloseable {
    @Override
    void close();
  }

  /** Changes Postgres behind everybody's back; gives the number of rows. */
  public int update(String sql, String... parameters) {
    try (var connection = DriverManager.getConnection(jdbcUrl());
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String jdbcUrl() {
    URI postgres = URI.create(cluster.postgres().url());
    String[] user = postgres.getUserInfo().split(":", 2);
    return "jdbc:postgresql://%s:%d%s?user=%s&password=%s"
        .formatted(postgres.getHost(), postgres.getPort(), postgres.getPath(), user[0], user[1]);
  }

  /** Starts a killed node again, on its old port, and waits until it is ready. */
  public void start(int index) {
    ServiceProcess node = cluster.gateways().get(index);
    if (!node.isAlive()) {
      node.start();
      await(node + " is ready")
          .atMost(READY_WITHIN)
          .pollInterval(POLL_EVERY)
          .until(() -> cluster.isReady(index));
    }
  }

  /** A token as the application's own backend would sign it. */
  public static String token(String user, String... roles) {
    return signer(AUDIENCE, Cluster.TOKEN_SECRET)
        .sign(user, user, List.of(roles), Optional.empty(), TOKEN_LASTS);
  }

  /** Signs as somebody else might, with another secret or for another audience. */
  public static TokenSigner signer(String audience, String secret) {
    return TokenSigner.of(
            Settings.read(
                TokenSettings.class,
                Map.of("PARLEY_TOKEN_SECRET", secret, "PARLEY_TOKEN_AUDIENCE", audience)))
        .orElseThrow();
  }
}

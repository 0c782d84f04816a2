package parley.engineio;

import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.websocket.FramedConnections;

/**
 * Everything that can be set of an Engine.IO server. {@link #builder} starts from the defaults of
 * the protocol.
 *
 * @param path where it answers, with or without the slash at its end
 * @param pingInterval from the answer to one ping to the next ping
 * @param pingTimeout how long the answer to a ping may take
 * @param upgradeTimeout how long a client may take to move to a WebSocket once it opened it
 * @param establishTimeout how long a session may stay half open ({@link EngineSession#establish})
 * @param bodyTimeout how long a posted body may take to arrive
 * @param closeLinger how long a closed polling session is kept to be told so by its next poll
 * @param payloadBytesMax the longest message or posted body, and the most of one poll's answer
 *     unless a single packet is longer
 * @param packetsPerPollMax the most packets in a posted body
 * @param outboxBytesMax a session that has more waiting to be sent is closed
 * @param writableBytesMax a polling session with more waiting is not writable
 * @param halfOpenMax the most half-open sessions of a node; the oldest make room
 * @param gzipBytesMin answers to polls from this size on are compressed; 0: never
 * @param cookie the name of a cookie that holds the session id, or none
 * @param node what the servers of a node share: one per process, given to all of them
 */
public record EngineOptions(
    String path,
    Duration pingInterval,
    Duration pingTimeout,
    Duration upgradeTimeout,
    Duration establishTimeout,
    Duration bodyTimeout,
    Duration closeLinger,
    int payloadBytesMax,
    int packetsPerPollMax,
    int outboxBytesMax,
    int writableBytesMax,
    int halfOpenMax,
    int gzipBytesMin,
    Set<TransportKind> transports,
    Origins origins,
    @Nullable String cookie,
    SessionIds ids,
    ForeignSids foreignSids,
    FramedConnections connections,
    EngineNode node,
    EngineCounters counters) {

  public EngineOptions {
    transports = Set.copyOf(transports);
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with a slash: " + path);
    }
    requirePositive("pingInterval", pingInterval);
    requirePositive("pingTimeout", pingTimeout);
    requirePositive("upgradeTimeout", upgradeTimeout);
    requirePositive("establishTimeout", establishTimeout);
    requirePositive("bodyTimeout", bodyTimeout);
    if (transports.isEmpty() || payloadBytesMax < 1 || packetsPerPollMax < 1 || halfOpenMax < 1) {
      throw new IllegalArgumentException(
          "at least one transport and limits of at least 1 are needed");
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.toMillis() < 1) {
      throw new IllegalArgumentException(name + " must be at least a millisecond: " + duration);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What an HTTP server needs so that these limits hold for WebSockets too. */
  public HttpServerOptions applyTo(HttpServerOptions http) {
    return http.setMaxWebSocketFrameSize(payloadBytesMax)
        .setMaxWebSocketMessageSize(payloadBytesMax)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  /** See the components of {@link EngineOptions}. */
  public static final class Builder {
    private String path = "/engine.io/";
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration pingTimeout = Duration.ofSeconds(20);
    private Duration upgradeTimeout = Duration.ofSeconds(10);
    private Duration establishTimeout = Duration.ofSeconds(45);
    private Duration bodyTimeout = Duration.ofSeconds(10);
    private Duration closeLinger = Duration.ofSeconds(30);
    private int payloadBytesMax = 1_000_000;
    private int packetsPerPollMax = 10_000;
    private int outboxBytesMax = 4 << 20;
    private int writableBytesMax = 64 << 10;
    private int halfOpenMax = 10_000;
    private int gzipBytesMin = 1024;
    private Set<TransportKind> transports = EnumSet.allOf(TransportKind.class);
    private Origins origins = Origins.same();
    private @Nullable String cookie;
    private SessionIds ids = SessionIds.random();
    private ForeignSids foreignSids = ForeignSids.unknown();
    private FramedConnections connections = FramedConnections.stock();
    private @Nullable EngineNode node;
    private EngineCounters counters = EngineCounters.NONE;

    private Builder() {}

    public Builder path(String path) {
      this.path = path;
      return this;
    }

    public Builder pingInterval(Duration pingInterval) {
      this.pingInterval = pingInterval;
      return this;
    }

    public Builder pingTimeout(Duration pingTimeout) {
      this.pingTimeout = pingTimeout;
      return this;
    }

    public Builder upgradeTimeout(Duration upgradeTimeout) {
      this.upgradeTimeout = upgradeTimeout;
      return this;
    }

    public Builder establishTimeout(Duration establishTimeout) {
      this.establishTimeout = establishTimeout;
      return this;
    }

    public Builder bodyTimeout(Duration bodyTimeout) {
      this.bodyTimeout = bodyTimeout;
      return this;
    }

    public Builder closeLinger(Duration closeLinger) {
      this.closeLinger = closeLinger;
      return this;
    }

    public Builder payloadBytesMax(int payloadBytesMax) {
      this.payloadBytesMax = payloadBytesMax;
      return this;
    }

    public Builder packetsPerPollMax(int packetsPerPollMax) {
      this.packetsPerPollMax = packetsPerPollMax;
      return this;
    }

    public Builder outboxBytesMax(int outboxBytesMax) {
      this.outboxBytesMax = outboxBytesMax;
      return this;
    }

    public Builder writableBytesMax(int writableBytesMax) {
      this.writableBytesMax = writableBytesMax;
      return this;
    }

    public Builder halfOpenMax(int halfOpenMax) {
      this.halfOpenMax = halfOpenMax;
      return this;
    }

    public Builder gzipBytesMin(int gzipBytesMin) {
      this.gzipBytesMin = gzipBytesMin;
      return this;
    }

    public Builder transports(Set<TransportKind> transports) {
      this.transports = transports;
      return this;
    }

    public Builder origins(Origins origins) {
      this.origins = origins;
      return this;
    }

    public Builder cookie(@Nullable String cookie) {
      this.cookie = cookie;
      return this;
    }

    public Builder ids(SessionIds ids) {
      this.ids = ids;
      return this;
    }

    public Builder foreignSids(ForeignSids foreignSids) {
      this.foreignSids = foreignSids;
      return this;
    }

    public Builder connections(FramedConnections connections) {
      this.connections = connections;
      return this;
    }

    public Builder node(EngineNode node) {
      this.node = node;
      return this;
    }

    public Builder counters(EngineCounters counters) {
      this.counters = counters;
      return this;
    }

    public EngineOptions build() {
      return new EngineOptions(
          path,
          pingInterval,
          pingTimeout,
          upgradeTimeout,
          establishTimeout,
          bodyTimeout,
          closeLinger,
          payloadBytesMax,
          packetsPerPollMax,
          outboxBytesMax,
          writableBytesMax,
          halfOpenMax,
          gzipBytesMin,
          transports,
          origins,
          cookie,
          ids,
          foreignSids,
          connections,
          node == null ? new EngineNode() : node,
          counters);
    }
  }
}

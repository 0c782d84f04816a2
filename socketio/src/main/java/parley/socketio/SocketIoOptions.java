package parley.socketio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.engineio.EngineOptions;

/**
 * Everything that can be set of a Socket.IO server. {@link #builder} starts from the defaults of
 * the protocol.
 *
 * @param engine transports, heartbeats, limits of size and time; its {@code establishTimeout} is
 *     how long a client may take to connect to its first namespace
 * @param attachmentsMax the most binary attachments of a packet
 * @param attachmentBytesMax their size together
 * @param depthMax how deep a client's JSON may nest
 * @param namespacesMax how many namespaces one client may be in at a time
 * @param acksPendingMax how many answers one socket may owe; asking for more fails
 * @param ackTimeout how long an answer may take unless said otherwise
 * @param broadcaster who brings events to rooms; shared by the servers of a node
 * @param sessions where sessions are kept that clients can come back to; null: recovery is off
 * @param storeTimeout how long the store may take
 * @param renewInterval how often the sessions of connected sockets are renewed
 */
public record SocketIoOptions(
    EngineOptions engine,
    int attachmentsMax,
    long attachmentBytesMax,
    int depthMax,
    int namespacesMax,
    int acksPendingMax,
    Duration ackTimeout,
    Broadcaster broadcaster,
    @Nullable SessionStore sessions,
    Duration storeTimeout,
    Duration renewInterval,
    SocketIoCounters counters) {

  public SocketIoOptions {
    if (attachmentsMax < 0 || depthMax < 1 || namespacesMax < 1 || acksPendingMax < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** See the components of {@link SocketIoOptions}. */
  public static final class Builder {
    private EngineOptions engine = EngineOptions.builder().path("/socket.io/").build();
    private int attachmentsMax = 10;
    private long attachmentBytesMax = 8_000_000;
    private int depthMax = 100;
    private int namespacesMax = 16;
    private int acksPendingMax = 1000;
    private Duration ackTimeout = Duration.ofSeconds(30);
    private @Nullable Broadcaster broadcaster;
    private @Nullable SessionStore sessions;
    private Duration storeTimeout = Duration.ofSeconds(5);
    private Duration renewInterval = Duration.ofSeconds(10);
    private SocketIoCounters counters = SocketIoCounters.NONE;

    private Builder() {}

    public Builder engine(EngineOptions engine) {
      this.engine = engine;
      return this;
    }

    public Builder attachmentsMax(int attachmentsMax) {
      this.attachmentsMax = attachmentsMax;
      return this;
    }

    public Builder attachmentBytesMax(long attachmentBytesMax) {
      this.attachmentBytesMax = attachmentBytesMax;
      return this;
    }

    public Builder depthMax(int depthMax) {
      this.depthMax = depthMax;
      return this;
    }

    public Builder namespacesMax(int namespacesMax) {
      this.namespacesMax = namespacesMax;
      return this;
    }

    public Builder acksPendingMax(int acksPendingMax) {
      this.acksPendingMax = acksPendingMax;
      return this;
    }

    public Builder ackTimeout(Duration ackTimeout) {
      this.ackTimeout = ackTimeout;
      return this;
    }

    public Builder broadcaster(Broadcaster broadcaster) {
      this.broadcaster = broadcaster;
      return this;
    }

    /** Switches recovery on; {@link InMemoryRooms} has one for rooms in memory. */
    public Builder sessions(@Nullable SessionStore sessions) {
      this.sessions = sessions;
      return this;
    }

    public Builder storeTimeout(Duration storeTimeout) {
      this.storeTimeout = storeTimeout;
      return this;
    }

    public Builder renewInterval(Duration renewInterval) {
      this.renewInterval = renewInterval;
      return this;
    }

    public Builder counters(SocketIoCounters counters) {
      this.counters = counters;
      return this;
    }

    /** Rooms in memory and recovery from it, for a single process. */
    public Builder recoveryInMemory(InMemoryRooms.Limits limits) {
      var rooms = InMemoryRooms.recovering(limits);
      return broadcaster(rooms).sessions(rooms.sessions());
    }

    public SocketIoOptions build() {
      return new SocketIoOptions(
          engine,
          attachmentsMax,
          attachmentBytesMax,
          depthMax,
          namespacesMax,
          acksPendingMax,
          ackTimeout,
          broadcaster == null ? InMemoryRooms.create() : broadcaster,
          sessions,
          storeTimeout,
          renewInterval,
          counters);
    }
  }
}

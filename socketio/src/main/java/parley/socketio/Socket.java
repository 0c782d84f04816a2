package parley.socketio;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.engineio.CloseReason;
import parley.engineio.Handshake;
import parley.engineio.TransportKind;

/**
 * A client in one namespace. Lives on one event loop, where everything of it happens and its
 * handlers are called; a method may be called by any thread where it says so.
 */
public final class Socket {
  private static final JsonObject RELEASED = new JsonObject(Map.of());

  private final Connection connection;
  private final Namespace namespace;
  private JsonObject auth;
  private String id;
  private @Nullable String pid;
  private boolean recovered;
  private boolean restoring;
  private State state = State.CONNECTING;
  private Set<String> rooms = Set.of(); // a HashSet once one is joined
  private Map<String, EventHandler> handlers = Map.of(); // a HashMap once there is one
  private @Nullable Consumer<Event> anyHandler;
  private @Nullable Consumer<DisconnectReason> disconnectHandler;
  private @Nullable Runnable drainHandler;
  private @Nullable Object attachment;
  private @Nullable PendingAcks acks;

  /** Kept by {@link Leases}. */
  int leaseIndex = -1;

  /**
   * Kept by {@link InMemoryRooms}: broadcasts up to that number are not for it, or were among the
   * missed.
   */
  long deliveredOffset;

  private enum State {
    CONNECTING,
    CONNECTED,
    DISCONNECTED
  }

  Socket(Connection connection, Namespace namespace, JsonObject auth, String id) {
    this.connection = connection;
    this.namespace = namespace;
    this.auth = auth;
    this.id = id;
  }

  // who it is

  /** Names it in this namespace; clients may know each other's. The same again after a recovery. */
  public String id() {
    return id;
  }

  /** Names its session in the store; known to the client alone. Null when recovery is off. */
  public @Nullable String pid() {
    return pid;
  }

  /** Whether the client came back to its session, having missed nothing. */
  public boolean recovered() {
    return recovered;
  }

  public Namespace namespace() {
    return namespace;
  }

  /** The first request of the connection. */
  public Handshake handshake() {
    return connection.session().handshake();
  }

  /**
   * Frees the memory of {@link #auth}, and of the first request's headers for all namespaces of the
   * connection.
   */
  public void releaseHandshake() {
    auth = RELEASED;
    connection.session().releaseHandshake();
  }

  /**
   * What the client gave as {@code auth}; with {@code pid} and {@code offset} of a session that it
   * claims.
   */
  public JsonObject auth() {
    return auth;
  }

  public TransportKind transport() {
    return connection.session().transport();
  }

  /** Whatever the user keeps with it. */
  public @Nullable Object attachment() {
    return attachment;
  }

  public void attach(@Nullable Object attachment) {
    this.attachment = attachment;
  }

  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** The event loop of it. Callable by any thread. */
  public ContextInternal context() {
    return connection.session().context();
  }

  /**
   * Runs the task on its event loop, at once when that is the calling thread. Callable by any
   * thread.
   */
  public void run(Runnable task) {
    connection.session().run(task);
  }

  // events of the client

  /** Handles events of that name from now on. */
  public Socket on(String event, EventHandler handler) {
    ReservedEvents.refuse(event);
    if (handlers.isEmpty()) {
      handlers = new HashMap<>();
    }
    handlers.put(event, handler);
    return this;
  }

  public Socket off(String event) {
    if (!handlers.isEmpty()) {
      handlers.remove(event);
    }
    return this;
  }

  /** Sees every event before its own handler. */
  public Socket onAny(@Nullable Consumer<Event> handler) {
    anyHandler = handler;
    return this;
  }

  public Socket onDisconnect(Consumer<DisconnectReason> handler) {
    disconnectHandler = handler;
    return this;
  }

  /** It was not writable, and is so again. */
  public Socket onDrain(Runnable handler) {
    drainHandler = handler;
    return this;
  }

  // to the client

  /**
   * Sends an event. Callable by any thread; what it is given must not be changed afterwards.
   *
   * @param args null, strings, numbers, booleans, enums, {@link JsonObject}, {@link JsonArray},
   *     maps and lists of those, {@link RawJson}; {@link io.vertx.core.buffer.Buffer} and byte
   *     arrays at any depth go as binary
   */
  public void emit(String event, @Nullable Object... args) {
    ReservedEvents.refuse(event);
    List<@Nullable Object> list = Arrays.asList(args);
    run(
        () -> {
          if (isConnected()) {
            namespace.server().options().broadcaster().emit(this, event, list);
          }
        });
  }

  /**
   * Sends an event unless the client is behind with what was sent before. Callable by any thread.
   */
  public void emitVolatile(String event, @Nullable Object... args) {
    ReservedEvents.refuse(event);
    List<@Nullable Object> list = Arrays.asList(args);
    run(
        () -> {
          if (isWritable()) {
            var packet = PreparedPacket.of(namespace.name(), event, list, null, pid != null);
            send(packet);
            packet.release();
            flushSoon();
          }
        });
  }

  /** Sends an event that the client answers. Callable by any thread. */
  public Future<JsonArray> emitWithAck(String event, @Nullable Object... args) {
    return emitWithAck(namespace.server().options().ackTimeout(), event, args);
  }

  /**
   * Sends an event that the client answers; the future fails when it does not in that time, or
   * leaves. Callable by any thread.
   */
  public Future<JsonArray> emitWithAck(Duration timeout, String event, @Nullable Object... args) {
    ReservedEvents.refuse(event);
    List<@Nullable Object> list = Arrays.asList(args);
    Promise<JsonArray> answer = context().promise();
    run(
        () -> {
          if (!isConnected()) {
            answer.fail("not connected");
            return;
          }
          long ackId = acks().add(answer, timeout);
          if (ackId != Packet.NO_ACK) {
            connection.write(
                PacketWriter.args(PacketType.EVENT, namespace.name(), ackId, event, list));
          }
        });
    return answer.future();
  }

  private PendingAcks acks() {
    PendingAcks pending = acks;
    if (pending == null) {
      pending = new PendingAcks(context(), namespace.server().options().acksPendingMax());
      acks = pending;
    }
    return pending;
  }

  // rooms

  /** Joins a room. A socket is always in the room of its own id. */
  public void join(String room) {
    if (isConnected()) {
      if (rooms.isEmpty()) {
        rooms = new HashSet<>();
      }
      if (rooms.add(room)) {
        broadcaster().joined(this, room);
      }
    }
  }

  public void leave(String room) {
    if (!rooms.isEmpty() && rooms.remove(room)) {
      broadcaster().left(this, room);
    }
  }

  /** The rooms that it joined. */
  public Set<String> rooms() {
    return Collections.unmodifiableSet(rooms);
  }

  private Broadcaster broadcaster() {
    return namespace.server().options().broadcaster();
  }

  /** Everyone in the namespace but this one. Callable by any thread. */
  public Audience broadcast() {
    return namespace.except(id);
  }

  /** Members of any of the rooms but this one. Callable by any thread. */
  public Audience to(String... to) {
    return broadcast().to(to);
  }

  /** Everyone but the members of these rooms and this one. Callable by any thread. */
  public Audience except(String... rooms) {
    return broadcast().except(rooms);
  }

  // the lean path of a fan-out: on the event loop only

  /**
   * Queues a packet without flushing; the caller keeps its reference. For the packet's namespace to
   * be this one's, and for offsets, the caller answers. Nothing happens on a connection that is
   * gone.
   */
  public void send(PreparedPacket packet) {
    if (state != State.DISCONNECTED) {
      connection.session().send(packet.outgoing());
    }
  }

  /** Hands what was queued to the network. */
  public void flush() {
    connection.session().flush();
  }

  /** Flushes once at the end of this turn of the event loop, however often it is called. */
  public void flushSoon() {
    connection.session().flushSoon();
  }

  /**
   * Bytes sent that the network, or the client's next poll, has not taken yet; of all its
   * namespaces.
   */
  public long bytesPending() {
    return connection.session().bytesPending();
  }

  /** Whether little is pending; {@link #onDrain} tells when it is so again. */
  public boolean isWritable() {
    return isConnected() && connection.session().isWritable();
  }

  /** Stops or goes on reading from the client, as far as its transport can. */
  public void reading(boolean on) {
    connection.session().reading(on);
  }

  // the end

  /**
   * Tells the client that it is disconnected from this namespace; it does not come back by itself.
   * Callable by any thread.
   */
  public void disconnect() {
    run(() -> connection.disconnect(this));
  }

  /**
   * {@link #disconnect} for all its namespaces, then closes the connection. Callable by any thread.
   */
  public void disconnectAll() {
    run(connection::disconnectAll);
  }

  /**
   * Closes the connection below, of which clients come back by themselves. Callable by any thread.
   */
  public void closeConnection() {
    run(() -> connection.session().close(CloseReason.FORCED_SERVER_CLOSE));
  }

  /** {@link #closeConnection} for a node that goes away. Callable by any thread. */
  public void closeForShutdown() {
    run(() -> connection.session().close(CloseReason.SERVER_SHUTTING_DOWN));
  }

  // what the connection tells it

  boolean isConnecting() {
    return state == State.CONNECTING;
  }

  void openSession(@Nullable String newPid) {
    pid = newPid;
  }

  void takeOverSession(SessionStore.Recovered from) {
    id = from.sid();
    pid = from.pid();
    recovered = true;
  }

  /** Whether rooms are being joined that it was in before it came back. */
  boolean isRestoring() {
    return restoring;
  }

  void restore(Set<String> formerRooms) {
    restoring = true;
    formerRooms.forEach(this::join);
    restoring = false;
  }

  void connected() {
    state = State.CONNECTED;
    broadcaster().connected(this);
    namespace.server().leases().add(this);
  }

  void received(Event event) {
    Consumer<Event> any = anyHandler;
    if (any != null) {
      any.accept(event);
    }
    EventHandler handler = handlers.get(event.name());
    SocketEventHandler forAll = namespace.handlers().event;
    if (handler != null) {
      handler.handle(event.args(), event.ack());
    } else if (forAll != null) {
      forAll.handle(this, event);
    }
  }

  void receivedAck(long ackId, JsonArray args) {
    PendingAcks pending = acks;
    if (pending != null) {
      pending.complete(ackId, args);
    }
  }

  void drained() {
    Runnable own = drainHandler;
    Consumer<Socket> forAll = namespace.handlers().drain;
    if (own != null) {
      own.run();
    }
    if (forAll != null) {
      forAll.accept(this);
    }
  }

  /** Before it was connected. */
  void abandoned() {
    state = State.DISCONNECTED;
  }

  void disconnected(DisconnectReason reason) {
    state = State.DISCONNECTED;
    namespace.server().leases().remove(this);
    SessionStore store = namespace.server().options().sessions();
    if (store != null && pid != null) {
      if (reason.isRecoverable()) {
        store.lost(this);
      } else {
        store.forget(this);
      }
    }
    broadcaster().disconnected(this);
    namespace.server().options().counters().disconnected(namespace.name(), reason);
    PendingAcks pending = acks;
    if (pending != null) {
      pending.failAll();
    }
    Consumer<DisconnectReason> own = disconnectHandler;
    DisconnectHandler forAll = namespace.handlers().disconnect;
    if (own != null) {
      context().dispatch(reason, own::accept);
    }
    if (forAll != null) {
      context().dispatch(() -> forAll.handle(this, reason));
    }
    rooms = Set.of();
  }
}

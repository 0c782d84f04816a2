package parley.engineio;

import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.timing.TimingWheel;

/**
 * One client's session, on whatever carries it at the moment. Lives on one event loop ({@link #run}
 * gets there): all of its methods are called on it unless they say otherwise.
 */
public final class EngineSession {
  private final String id;
  private final EngineServer server;
  private final ContextInternal context;
  private final EngineLoop loop;
  private final Heartbeat heartbeat;
  private Transport transport;
  private SessionListener listener = Unheard.LISTENER;
  private Handshake handshake;
  private @Nullable Upgrade upgrade;
  private @Nullable HalfOpen halfOpen;
  private boolean flushPending;
  private boolean overflowing;
  private @Nullable CloseReason closeReason;
  private final boolean isDeafToCloseFrames;
  private volatile boolean open = true;

  /** Whether a post is being read; on whatever loop the requests arrive. */
  private final AtomicBoolean posting;

  EngineSession(
      String id,
      EngineServer server,
      ContextInternal context,
      EngineLoop loop,
      Handshake handshake) {
    this.id = id;
    this.server = server;
    this.context = context;
    this.loop = loop;
    this.handshake = handshake;
    this.heartbeat = new Heartbeat(this, loop.wheel, server.options());
    this.isDeafToCloseFrames = handshake.isDeafToCloseFrames();
    boolean polling = handshake.transport() == TransportKind.POLLING;
    this.posting = polling ? new AtomicBoolean() : NEVER_POSTING;
    this.transport =
        polling
            ? new PollingTransport(this, server.options())
            : new WebSocketTransport(this, server.options().outboxBytesMax(), false);
  }

  private static final AtomicBoolean NEVER_POSTING = new AtomicBoolean(true);

  // what users call

  public String id() {
    return id;
  }

  /** The event loop that everything of this session happens on. */
  public ContextInternal context() {
    return context;
  }

  /** Whether the calling thread is the session's event loop. Callable by any thread. */
  public boolean isOnLoop() {
    return loop.isCurrent();
  }

  /**
   * Runs the task on the session's event loop, at once when that is the calling thread. Callable by
   * any thread.
   */
  public void run(Runnable task) {
    context.execute(task);
  }

  /** The first request; without headers and query once {@link #releaseHandshake} was called. */
  public Handshake handshake() {
    return handshake;
  }

  /** Frees the memory of the first request's headers. */
  public void releaseHandshake() {
    handshake = handshake.released();
  }

  /** What carries the session now. */
  public TransportKind transport() {
    return transport.kind();
  }

  /** Callable by any thread. */
  public boolean isOpen() {
    return open;
  }

  /**
   * Says that this client is wanted: until then the session is half open, and bounded in number and
   * time.
   */
  public void establish() {
    HalfOpen wanted = halfOpen;
    if (wanted != null) {
      halfOpen = null;
      wanted.over();
    }
  }

  /**
   * Queues packets; {@link #flush} or {@link #flushSoon} sends them. Borrows: the caller still owns
   * its reference.
   */
  public void send(Outgoing packets) {
    if (open) {
      transport.send(packets);
    }
  }

  public void flush() {
    if (open) {
      transport.flush();
    }
  }

  /**
   * Flushes once at the end of this turn of the loop, together with whatever is sent until then.
   */
  public void flushSoon() {
    if (!flushPending) {
      flushPending = true;
      loop.flushSoon(this);
    }
  }

  void flushNow() {
    flushPending = false;
    flush();
  }

  /** Bytes sent that the network, or the client's next poll, has not taken yet. */
  public long bytesPending() {
    return transport.bytesPending();
  }

  /** Whether little is pending; {@link SessionListener#onDrain} says when it is so again. */
  public boolean isWritable() {
    return open && transport.isWritable();
  }

  /**
   * Stops or goes on reading from a WebSocket; polling clients wait for their posts to be answered
   * anyway.
   */
  public void reading(boolean on) {
    if (transport instanceof WebSocketTransport socket) {
      socket.reading(on);
    }
  }

  /**
   * Ends the session. What was sent before still goes out if the client takes it. Of several calls
   * the first counts.
   */
  public void close(CloseReason reason) {
    if (!open) {
      return;
    }
    open = false;
    heartbeat.stop();
    establish();
    Upgrade upgrading = upgrade;
    if (upgrading != null && !upgrading.isProbed()) {
      upgrading.to.refuse();
    } // else its client has left polling: it hears of the end once it has moved, or only by its
    // missing pings
    server.options().node().remove(this); // an orderly end on polling puts it back
    TransportKind kind = transport.kind();
    transport.end(reason);
    server.options().counters().closed(kind, reason);
    closeReason = reason;
    SessionListener heard = listener;
    listener = Unheard.LISTENER;
    context.dispatch(reason, heard::onClose);
  }

  // the life of it

  /** The first packet, the first heartbeat, and the listener of the user. */
  void start(SessionListener listener) {
    CloseReason ended = closeReason;
    if (ended != null) { // the user closed it before there was a listener
      listener.onClose(ended);
      return;
    }
    this.listener = listener;
    heartbeat.start();
  }

  /** Counts it as half open until {@link #establish}. */
  void awaitEstablishment() {
    halfOpen = HalfOpen.begin(this, loop.wheel, server.options());
  }

  /** Keeps a closed polling session for the poll that tells the client so. */
  void linger() {
    server.options().node().add(this);
    heartbeat.linger();
  }

  /** Runs the task on the loop after that time, also when the session has ended by then. */
  void later(long delayMillis, Runnable task) {
    loop.wheel.schedule(
        new TimingWheel.Entry() {
          @Override
          protected void expire(long lateMillis) {
            task.run();
          }
        },
        delayMillis);
  }

  /**
   * More is waiting than may be; closed after this turn, since whoever is sending may be walking
   * over members.
   */
  void outboxFull() {
    if (!overflowing) {
      overflowing = true;
      server.options().counters().refused(Refusal.OUTBOX_FULL);
      loop.later(() -> close(CloseReason.OUTBOX_FULL));
    }
  }

  void drained() {
    if (open) {
      SessionListener heard = listener;
      context.dispatch(heard::onDrain);
    }
  }

  // what comes in

  /** One packet of text; false when it is malformed, after which the session is closed. */
  boolean received(byte[] bytes, int from, int to) {
    if (!open) {
      return true;
    }
    if (from >= to) {
      return malformed();
    }
    if (bytes[from] != '3') {
      heartbeat.alive();
    }
    switch (bytes[from]) {
      case '4' -> {
        SessionListener heard = listener;
        context.dispatch(() -> heard.onText(bytes, from + 1, to));
      }
      case '3' -> heartbeat.pong();
      case '1' -> closedByClient();
      case '0', '5', '6' -> {}
      default -> {
        return malformed(); // a ping too: only servers send them
      }
    }
    return true;
  }

  void receivedBinary(byte[] bytes) {
    if (open) {
      SessionListener heard = listener;
      context.dispatch(() -> heard.onBinary(bytes));
    }
  }

  private void closedByClient() {
    if (transport instanceof PollingTransport polling) {
      polling.clientClosed();
    }
    close(CloseReason.TRANSPORT_CLOSE);
  }

  boolean malformed() {
    server.options().counters().refused(Refusal.MALFORMED_PACKET);
    close(CloseReason.PARSE_ERROR);
    return false;
  }

  // requests of a polling session

  void poll(PollReply reply) {
    heartbeat.polled();
    if (!(transport instanceof PollingTransport polling)) {
      reply.error(ErrorReply.BAD_REQUEST);
    } else if (open) {
      polling.poll(reply);
    } else if (heartbeat.isScheduled()) {
      if (polling.lastPoll(reply)) {
        heartbeat.stop();
        server.options().node().remove(this);
      }
    } else {
      reply.error(ErrorReply.UNKNOWN_SID);
    }
  }

  /** Whether a poll is waiting for something to be sent. For tests, from any thread. */
  boolean pollWaits() {
    return transport instanceof PollingTransport polling && polling.isWaiting();
  }

  /** Whether a post may be read now; {@link #endPost} ends it. Callable by any thread. */
  boolean beginPost() {
    return posting.compareAndSet(false, true);
  }

  /** Callable by any thread. */
  void endPost() {
    posting.set(false);
  }

  /** A posted body that has arrived whole. */
  void post(byte[] body, PollReply reply) {
    endPost();
    if (!open) {
      reply.error(ErrorReply.UNKNOWN_SID);
    } else if (PollPayload.deliver(body, server.options(), this)) {
      reply.ok();
    } else {
      reply.error(ErrorReply.BAD_REQUEST);
    }
  }

  // the move to a WebSocket

  /** Takes a WebSocket that the client opened beside its polling; only one at a time. */
  @Nullable WebSocketTransport beginUpgrade() {
    if (!open || upgrade != null || transport instanceof WebSocketTransport) {
      return null;
    }
    var to = new WebSocketTransport(this, server.options().outboxBytesMax(), true);
    upgrade = new Upgrade(to, loop.wheel, server.options());
    return to;
  }

  void probed(WebSocketTransport by) {
    Upgrade upgrading = upgrade;
    if (upgrading != null && upgrading.to == by && transport instanceof PollingTransport polling) {
      upgrading.probed();
      polling.probed();
    }
  }

  void upgrade(WebSocketTransport to) {
    Upgrade upgrading = upgrade;
    if (!open
        || upgrading == null
        || upgrading.to != to
        || !(transport instanceof PollingTransport polling)) {
      to.refuse();
      return;
    }
    upgrade = null;
    upgrading.over();
    server.options().node().moved(this);
    transport = to;
    polling.handOver(to);
    to.flush();
    server.options().counters().upgraded();
    if (polling.wasFull() && to.isWritable()) {
      drained();
    }
  }

  void candidateGone(WebSocketTransport gone) {
    Upgrade upgrading = upgrade;
    if (upgrading != null && upgrading.to == gone) {
      upgrade = null;
      upgrading.over();
      if (transport instanceof PollingTransport polling) {
        polling.probeEnded();
      }
    }
  }

  boolean isDeafToCloseFrames() {
    return isDeafToCloseFrames;
  }

  boolean belongsTo(EngineServer other) {
    return server == other;
  }

  /** The WebSocket that carries it from its start. */
  WebSocketTransport firstWebSocket() {
    return (WebSocketTransport) transport;
  }
}

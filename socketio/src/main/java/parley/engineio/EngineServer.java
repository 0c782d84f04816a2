package parley.engineio;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.timing.TimingWheel;
import parley.websocket.FramedConnection;
import parley.websocket.FramedListener;

/**
 * An Engine.IO 4 server for requests of a Vert.x {@code HttpServer}. One can serve any number of
 * event loops; several on one node must share an {@link EngineNode}, since any connection may carry
 * a request of any session.
 */
public final class EngineServer {
  private static final String VERSION = "4";

  private final Vertx vertx;
  private final EngineOptions options;
  private final Handshakes handshakes;
  private final String path;
  private final Map<EventLoop, EngineLoop> loops = new ConcurrentHashMap<>();

  private EngineServer(
      Vertx vertx, EngineOptions options, Function<EngineSession, SessionListener> users) {
    this.vertx = vertx;
    this.options = options;
    this.handshakes = new Handshakes(this, users);
    this.path = options.path().endsWith("/") ? options.path() : options.path() + "/";
  }

  /**
   * @param users called for each new session, on its event loop, after the client was told of it
   */
  public static EngineServer create(
      Vertx vertx, EngineOptions options, Function<EngineSession, SessionListener> users) {
    return new EngineServer(vertx, options, users);
  }

  public EngineOptions options() {
    return options;
  }

  /** Whether the request's path is this server's, with or without the slash at its end. */
  public boolean handles(HttpServerRequest request) {
    String asked = request.path();
    return asked != null
        && (asked.equals(path) || (asked.length() == path.length() - 1 && path.startsWith(asked)));
  }

  /** Takes a request over, on its own context, within the turn it arrived in. */
  public void handle(HttpServerRequest request) {
    if (!options.origins().allows(request)) {
      refuse(request, ErrorReply.FORBIDDEN);
    } else if (request.method().equals(HttpMethod.OPTIONS)) {
      options.origins().preflight(request);
    } else {
      options.origins().decorate(request);
      route(request);
    }
  }

  private void route(HttpServerRequest request) {
    MultiMap query;
    try {
      query = request.params();
    } catch (IllegalArgumentException unreadable) {
      refuse(request, ErrorReply.BAD_REQUEST);
      return;
    }
    TransportKind kind = kindOf(query.get("transport"));
    if (kind == null) {
      refuse(request, ErrorReply.UNKNOWN_TRANSPORT);
    } else if (!VERSION.equals(query.get("EIO"))) {
      refuse(request, ErrorReply.UNSUPPORTED_VERSION);
    } else if ((kind == TransportKind.WEBSOCKET) != request.canUpgradeToWebSocket()) {
      refuse(
          request,
          request.method().equals(HttpMethod.GET) ? ErrorReply.BAD_REQUEST : ErrorReply.BAD_METHOD);
    } else {
      String sid = query.get("sid");
      if (sid == null || sid.isEmpty()) {
        handshakes.begin(request, kind, (ContextInternal) vertx.getOrCreateContext());
      } else {
        toSession(request, kind, sid);
      }
    }
  }

  private @Nullable TransportKind kindOf(@Nullable String name) {
    for (TransportKind kind : options.transports()) {
      if (kind.protocolName().equals(name)) {
        return kind;
      }
    }
    return null;
  }

  void refuse(HttpServerRequest request, ErrorReply error) {
    options.counters().refused(error.refusal());
    error.send(request);
  }

  FramedConnection adopt(ServerWebSocket socket, FramedListener listener) {
    return options.connections().adopt(socket, options.payloadBytesMax(), listener);
  }

  EngineLoop loop(ContextInternal context) {
    return loops.computeIfAbsent(context.nettyEventLoop(), EngineLoop::new);
  }

  // requests of sessions

  private void toSession(HttpServerRequest request, TransportKind kind, String sid) {
    EngineSession session = options.node().find(sid);
    if (session == null) {
      if (options.node().hasMoved(sid)) {
        refuseMoved(request, kind);
      } else if (options.ids().isLocal(sid)) {
        refuse(request, ErrorReply.UNKNOWN_SID);
      } else {
        options.foreignSids().handle(request, sid);
      }
      return;
    }
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    if (kind == TransportKind.WEBSOCKET) {
      request.pause();
      session.run(
          () -> {
            WebSocketTransport transport = session.beginUpgrade();
            context.execute(() -> accept(request, context, session, transport));
          });
    } else if (request.method().equals(HttpMethod.GET)) {
      var reply = new PollReply(request, context, options);
      session.run(() -> session.poll(reply));
    } else if (request.method().equals(HttpMethod.POST)) {
      PostReader.read(request, context, session, options, loop(context).wheel);
    } else {
      refuse(request, ErrorReply.BAD_REQUEST);
    }
  }

  private void refuseMoved(HttpServerRequest request, TransportKind kind) {
    switch (kind) {
      case POLLING -> refuse(request, ErrorReply.BAD_REQUEST);
      case WEBSOCKET -> refuseUpgrade(request);
    }
  }

  /**
   * The protocol's clients expect a WebSocket that closes, and take an error of HTTP for a fault.
   */
  private void refuseUpgrade(HttpServerRequest request) {
    options.counters().refused(Refusal.UPGRADE_REFUSED);
    request
        .toWebSocket()
        .onSuccess(
            socket ->
                socket.close(
                    (short) WebSocketTransport.REFUSED_CODE, WebSocketTransport.REFUSED_TEXT));
  }

  private void accept(
      HttpServerRequest request,
      ContextInternal context,
      EngineSession session,
      @Nullable WebSocketTransport transport) {
    request.resume();
    if (transport == null) {
      refuseUpgrade(request);
      return;
    }
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              if (session.isOnLoop()) {
                transport.connection(adopt(socket, transport));
              } else {
                var bridge = new LoopBridge(session, transport, context);
                bridge.socket(adopt(socket, bridge));
              }
            })
        .onFailure(failure -> session.run(transport::refuse));
  }

  // the end

  /**
   * Takes no new sessions and closes the open ones, each at a random moment of the window, so that
   * their clients do not all come back at once. The future completes after the window.
   */
  public Future<Void> close(Duration window) {
    handshakes.drain();
    List<Future<Void>> closed = new ArrayList<>();
    for (EngineLoop loop : loops.values()) {
      Promise<Void> done = Promise.promise();
      loop.later(() -> closeAll(loop, window, done));
      closed.add(done.future());
    }
    return Future.all(closed).mapEmpty();
  }

  private void closeAll(EngineLoop loop, Duration window, Promise<Void> done) {
    long millis = window.toMillis();
    for (Heartbeat heartbeat : loop.wheel.entries(Heartbeat.class)) {
      EngineSession session = heartbeat.session();
      if (!session.belongsTo(this)) {
        continue; // the wheel is everybody's
      }
      loop.wheel.schedule(
          new Later(() -> session.close(CloseReason.SERVER_SHUTTING_DOWN)),
          millis == 0 ? 0 : ThreadLocalRandom.current().nextLong(millis));
    }
    loop.wheel.schedule(new Later(done::tryComplete), millis + TimingWheel.TICK_MILLIS);
  }

  private static final class Later extends TimingWheel.Entry {
    private final Runnable task;

    private Later(Runnable task) {
      this.task = task;
    }

    @Override
    protected void expire(long lateMillis) {
      task.run();
    }
  }
}

package parley.socketio;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.engineio.CloseReason;
import parley.engineio.SessionIds;
import parley.socketio.SessionStore.Claim;
import parley.socketio.SessionStore.Recovered;

/**
 * A client's way into a namespace: the middlewares in order, then the session it claims or a new
 * one, then CONNECT. Each step may take its time; after each the client may be gone.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final int PID_CHARS_MAX = 64;
  private static final int OFFSET_CHARS_MAX = 256;

  private final SocketIoServer server;
  private final Connection connection;
  private final Socket socket;

  Admission(SocketIoServer server, Connection connection, Socket socket) {
    this.server = server;
    this.connection = connection;
    this.socket = socket;
  }

  void start() {
    askNext(socket.namespace().handlers().middlewares.iterator());
  }

  private void askNext(Iterator<Middleware> middlewares) {
    if (!middlewares.hasNext()) {
      findSession();
      return;
    }
    Middleware middleware = middlewares.next();
    then(
        () -> middleware.admit(socket),
        admitted -> {
          if (!socket.isConnecting()) {
            return;
          }
          if (admitted.succeeded()) {
            askNext(middlewares);
          } else {
            refuse(admitted.cause());
          }
        });
  }

  /**
   * Goes on with the outcome on the connection's event loop, at once if it is there and the future
   * complete.
   */
  private <T> void then(Supplier<Future<T>> step, Consumer<AsyncResult<T>> next) {
    Future<T> future;
    try {
      future = step.get();
    } catch (RuntimeException e) {
      future = Future.failedFuture(e);
    }
    future.onComplete(
        outcome ->
            connection.session().run(() -> socket.context().dispatch(outcome, next::accept)));
  }

  private void refuse(@Nullable Throwable cause) {
    if (cause instanceof ConnectPostponed) {
      postpone();
      return;
    }
    server.options().counters().connectRefused();
    connection.remove(socket);
    socket.abandoned();
    JsonObject error = new JsonObject();
    if (cause instanceof ConnectRefused refused) {
      error.put("message", refused.getMessage());
      if (refused.data() != null) {
        error.put("data", refused.data());
      }
    } else {
      LOG.warn("a middleware failed; its client was refused", cause);
      error.put("message", "Internal error");
    }
    connection.write(PacketType.CONNECT_ERROR, socket.namespace().name(), JsonWriter.object(error));
  }

  /**
   * Nobody is connected without the session that they came for, or that they could come back to,
   * only because the store did not answer in time.
   */
  private void postpone() {
    server.options().counters().connectPostponed();
    connection.session().close(CloseReason.NOT_NOW);
  }

  private void findSession() {
    SessionStore store = server.options().sessions();
    if (store == null) {
      connect(null);
      return;
    }
    Claim claim = claim();
    if (claim == null) {
      openSession(store);
      return;
    }
    then(
        () -> takeOver(store, claim),
        taken -> {
          if (taken.failed()) {
            LOG.warn("the session store failed; the client is to come again", taken.cause());
            postpone();
          } else if (taken.result().isPresent()) {
            recover(store, taken.result().get());
          } else {
            server.options().counters().recoveryFailed();
            if (socket.isConnecting()) {
              openSession(store);
            }
          }
        });
  }

  private Future<Optional<Recovered>> takeOver(SessionStore store, Claim claim) {
    Future<Optional<Recovered>> taking = store.takeOver(socket, claim);
    Future<Optional<Recovered>> inTime = bounded(taking);
    inTime.onFailure(
        tooLate ->
            taking.onSuccess(
                late ->
                    connection
                        .session()
                        .run(() -> late.ifPresent(session -> leave(store, session)))));
    return inTime;
  }

  private <T> Future<T> bounded(Future<T> future) {
    return future.isComplete()
        ? future
        : future.timeout(server.options().storeTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private @Nullable Claim claim() {
    if (socket.auth().getValue("pid") instanceof String pid && pid.length() <= PID_CHARS_MAX) {
      Object offset = socket.auth().getValue("offset");
      if (offset == null) {
        return new Claim(pid, null);
      }
      if (offset instanceof String text && text.length() <= OFFSET_CHARS_MAX) {
        return new Claim(pid, text);
      }
    }
    return null;
  }

  private void recover(SessionStore store, Recovered session) {
    if (socket.isConnecting()) {
      socket.takeOverSession(session);
      server.options().counters().recovered();
      connect(session);
    } else {
      leave(store, session);
    }
  }

  /** The client is gone again: the session, ours now, waits for its next attempt. */
  private void leave(SessionStore store, Recovered session) {
    socket.takeOverSession(session);
    session.missed().forEach(PreparedPacket::release);
    store.lost(socket);
  }

  private void openSession(SessionStore store) {
    socket.openSession(SessionIds.randomId());
    then(
        () -> bounded(store.open(socket)),
        opened -> {
          if (!socket.isConnecting()) {
            store.forget(socket);
            return;
          }
          if (opened.failed()) {
            LOG.warn("the session store failed; the client is to come again", opened.cause());
            postpone();
          } else {
            connect(null);
          }
        });
  }

  /** All in one turn: membership, what was missed, CONNECT, and then the user's handler. */
  private void connect(@Nullable Recovered from) {
    socket.connected();
    if (from != null) {
      socket.restore(from.rooms());
      for (PreparedPacket missed : from.missed()) {
        socket.send(missed);
        missed.release();
      }
    }
    JsonObject answer = new JsonObject().put("sid", socket.id());
    if (socket.pid() != null) {
      answer.put("pid", socket.pid());
    }
    connection.write(PacketType.CONNECT, socket.namespace().name(), JsonWriter.object(answer));
    connection.session().establish();
    server.options().counters().connected(socket.namespace().name());
    Consumer<Socket> handler = socket.namespace().handlers().connection;
    if (handler != null) {
      handler.accept(socket);
    }
  }
}

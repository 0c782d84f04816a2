package parley.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import parley.websocket.SocketsUnderTest;

/** An Engine.IO server that says back what it hears, on as many event loops as asked for. */
final class EchoServer implements AutoCloseable {
  final Vertx vertx;
  final EngineServer engine;
  final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();
  final Queue<CloseReason> closed = new ConcurrentLinkedQueue<>();
  final Counted counted = new Counted();
  private volatile int port;

  static EngineOptions.Builder options() {
    return EngineOptions.builder()
        .connections(SocketsUnderTest.connections())
        .pingInterval(Duration.ofSeconds(10))
        .pingTimeout(Duration.ofSeconds(10));
  }

  EchoServer(EngineOptions.Builder options, int loops) {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    engine = EngineServer.create(vertx, options.counters(counted).build(), this::echo);
    var listening =
        vertx.deployVerticle(
            () ->
                new AbstractVerticle() {
                  @Override
                  public void start(io.vertx.core.Promise<Void> started) {
                    HttpServer server =
                        vertx.createHttpServer(
                            engine
                                .options()
                                .applyTo(new HttpServerOptions())
                                .setHost("127.0.0.1")
                                .setPort(-1)); // one random port, shared by the instances
                    server
                        .requestHandler(engine::handle)
                        .listen()
                        .onSuccess(up -> port = up.actualPort())
                        .<Void>mapEmpty()
                        .onComplete(started);
                  }
                },
            new DeploymentOptions().setInstances(loops));
    listening.toCompletionStage().toCompletableFuture().join();
  }

  int port() {
    return port;
  }

  RawClient client() {
    return new RawClient(port, "/engine.io/");
  }

  private SessionListener echo(EngineSession session) {
    sessions.put(session.id(), session);
    session.establish();
    return new SessionListener() {
      @Override
      public void onText(byte[] bytes, int from, int to) {
        send(Outgoing.text(new String(bytes, from, to - from, UTF_8)));
      }

      @Override
      public void onBinary(byte[] bytes) {
        send(Outgoing.binary(bytes));
      }

      private void send(Outgoing message) {
        session.send(message);
        message.release();
        session.flushSoon();
      }

      @Override
      public void onClose(CloseReason reason) {
        sessions.remove(session.id());
        closed.add(reason);
      }
    };
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Counts refusals by kind. */
  static final class Counted implements EngineCounters {
    final Map<Refusal, LongAdder> refusals = new ConcurrentHashMap<>();
    final LongAdder upgrades = new LongAdder();
    final Queue<Long> pingLateness = new ConcurrentLinkedQueue<>();

    @Override
    public void refused(Refusal refusal) {
      refusals.computeIfAbsent(refusal, kind -> new LongAdder()).increment();
    }

    @Override
    public void upgraded() {
      upgrades.increment();
    }

    @Override
    public void pinged(long lateMillis) {
      pingLateness.add(lateMillis);
    }

    long of(Refusal refusal) {
      var count = refusals.get(refusal);
      return count == null ? 0 : count.sum();
    }
  }
}

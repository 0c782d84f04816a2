package parley.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.List;
import parley.engineio.CloseReason;
import parley.engineio.EngineOptions;
import parley.engineio.EngineServer;
import parley.engineio.EngineSession;
import parley.engineio.Origins;
import parley.engineio.Outgoing;
import parley.engineio.SessionListener;
import parley.websocket.SocketsUnderTest;

/**
 * The server that the official conformance suites of the protocols expect.
 *
 * <pre>java -cp ... parley.socketio.ConformanceServer [--port 3000] [--engine-only]</pre>
 */
public final class ConformanceServer {
  private ConformanceServer() {}

  public static void main(String[] args) {
    List<String> arguments = List.of(args);
    int at = arguments.indexOf("--port");
    int port = at < 0 ? 3000 : Integer.parseInt(arguments.get(at + 1));
    boolean engineOnly = arguments.contains("--engine-only");
    Vertx vertx = Vertx.vertx();
    HttpServer server = engineOnly ? engineOnly(vertx) : socketIo(vertx);
    server
        .listen(port, "localhost")
        .onSuccess(listening -> System.out.println("listening on " + listening.actualPort()))
        .onFailure(
            failure -> {
              System.err.println(failure.getMessage());
              vertx.close();
            });
  }

  private static EngineOptions.Builder options() {
    return EngineOptions.builder()
        .connections(SocketsUnderTest.connections())
        .pingInterval(Duration.ofMillis(300))
        .pingTimeout(Duration.ofMillis(200))
        .payloadBytesMax(1_000_000)
        .establishTimeout(Duration.ofMillis(1000))
        .origins(Origins.any());
  }

  /** Echoes on /engine.io/. */
  static HttpServer engineOnly(Vertx vertx) {
    EngineServer engine = EngineServer.create(vertx, options().build(), Echo::new);
    return vertx
        .createHttpServer(engine.options().applyTo(new HttpServerOptions()))
        .requestHandler(
            request -> {
              if (engine.handles(request)) {
                engine.handle(request);
              } else {
                request.response().setStatusCode(404).end();
              }
            });
  }

  private record Echo(EngineSession session) implements SessionListener {
    private Echo {
      session.establish();
    }

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
    public void onClose(CloseReason reason) {}
  }

  /**
   * A moment after the CONNECT: the suite adds its listener for the second message once it has seen
   * the first, and misses what comes with it in one segment.
   */
  private static void tellAuth(Vertx vertx, Socket socket) {
    vertx.setTimer(25, id -> socket.emit("auth", socket.auth()));
  }

  /** Says back on /socket.io/ what it hears. */
  static HttpServer socketIo(Vertx vertx) {
    SocketIoServer io =
        SocketIoServer.create(
            vertx, SocketIoOptions.builder().engine(options().path("/socket.io/").build()).build());
    io.onConnection(
        socket -> {
          tellAuth(vertx, socket);
          socket.on(
              "message", (args, ack) -> socket.emit("message-back", args.getList().toArray()));
          socket.on("message-with-ack", (args, ack) -> ack.send(args.getList().toArray()));
        });
    io.of("/custom").onConnection(socket -> tellAuth(vertx, socket));
    return vertx
        .createHttpServer(io.httpOptions())
        .requestHandler(
            request -> {
              if (io.handles(request)) {
                io.handle(request);
              } else {
                request.response().setStatusCode(404).end();
              }
            });
  }
}

package parley.socketio;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Consumer;
import parley.engineio.EngineOptions;
import parley.engineio.Origins;
import parley.websocket.SocketsUnderTest;

/** A server for real clients: what their tests ask it to do. */
final class TestApp implements AutoCloseable {
  final Vertx vertx;
  final SocketIoServer io;
  private volatile int port;

  static EngineOptions.Builder engine() {
    return EngineOptions.builder()
        .connections(SocketsUnderTest.connections())
        .path("/socket.io/")
        .origins(Origins.any());
  }

  static TestApp recovering(int loops) {
    return new TestApp(
        SocketIoOptions.builder()
            .engine(engine().build())
            .recoveryInMemory(InMemoryRooms.Limits.defaults()),
        loops,
        TestApp::serve);
  }

  TestApp(SocketIoOptions.Builder options, int loops, Consumer<SocketIoServer> handlers) {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    io = SocketIoServer.create(vertx, options.build());
    handlers.accept(io);
    vertx
        .deployVerticle(Listener::new, new DeploymentOptions().setInstances(loops))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private final class Listener extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      vertx
          .createHttpServer(io.httpOptions().setHost("127.0.0.1").setPort(-1))
          .requestHandler(
              request -> {
                if (io.handles(request)) {
                  io.handle(request);
                } else {
                  request.response().setStatusCode(404).end();
                }
              })
          .listen()
          .onSuccess(up -> port = up.actualPort())
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  static void serve(SocketIoServer io) {
    io.onConnection(
        socket -> {
          socket.on("echo", (args, ack) -> ack.send(args.getList().toArray()));
          socket.on("never", (args, ack) -> {});
          socket.on("say back", (args, ack) -> socket.emit("said", args.getValue(0)));
          socket.on(
              "ask me",
              (args, ack) ->
                  socket
                      .emitWithAck(Duration.ofSeconds(5), "question", "how are you")
                      .onSuccess(answer -> ack.send(answer.getValue(0))));
          rooms(io, socket);
          socket.on("throw me out", (args, ack) -> socket.disconnect());
          socket.on("cut me off", (args, ack) -> socket.closeConnection());
          socket.on(
              "last words",
              (args, ack) -> {
                socket.emitVolatile("said", args.getValue(0)); // the store adds nothing, nor a turn
                socket.closeConnection();
              });
          socket.on(
              "volatile string for me",
              (args, ack) -> {
                socket.emitVolatile("stray", "999999999"); // a client would take it for an offset
                ack.send();
              });
        });
    Namespace members = io.of("/members");
    members.use(
        socket ->
            "right".equals(socket.auth().getString("token"))
                ? Future.succeededFuture()
                : Future.failedFuture(
                    new ConnectRefused(
                        "no such member", new JsonObject().put("hint", "ask an admin"))));
    io.ofMatching(name -> name.matches("/dynamic-\\d+"))
        .onConnection(
            socket -> socket.on("where am I", (args, ack) -> ack.send(socket.namespace().name())));
  }

  private static void rooms(SocketIoServer io, Socket socket) {
    socket.on(
        "join",
        (args, ack) -> {
          socket.join(args.getString(0));
          ack.send();
        });
    socket.on(
        "leave",
        (args, ack) -> {
          socket.leave(args.getString(0));
          ack.send();
        });
    socket.on(
        "tell",
        (args, ack) -> {
          io.to(args.getString(0)).emit("news", args.getValue(1));
          ack.send();
        });
    socket.on(
        "tell others",
        (args, ack) -> {
          socket.to(args.getString(0)).emit("news", args.getValue(1));
          ack.send();
        });
  }
}

package parley.socketio.example;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import parley.socketio.SocketIoOptions;
import parley.socketio.SocketIoServer;

public class Chat {
  public static void main(String[] args) {
    start(Vertx.vertx(), 3000);
  }

  static Future<HttpServer> start(Vertx vertx, int port) {
    SocketIoServer io = SocketIoServer.create(vertx, SocketIoOptions.builder().build());
    io.onConnection(
        socket -> {
          socket.emit("hello", "welcome, " + socket.id());
          socket.broadcast().emit("joined", socket.id());
          socket.on("chat message", (msg, ack) -> io.emit("chat message", msg.getString(0)));
          socket.on("typing", (msg, ack) -> socket.broadcast().emit("typing", socket.id()));
          socket.on(
              "join",
              (msg, ack) -> {
                socket.join(msg.getString(0));
                ack.send("ok");
              });
          socket.on(
              "to room",
              (msg, ack) -> io.to(msg.getString(0)).emit("room message", msg.getString(1)));
          socket.onDisconnect(reason -> io.emit("left", socket.id(), reason.text()));
        });
    return vertx
        .createHttpServer(io.httpOptions())
        .requestHandler(
            request -> {
              if (io.handles(request)) {
                io.handle(request);
              } else {
                request.response().sendFile("index.html");
              }
            })
        .listen(port, "localhost");
  }
}

package parley.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server of WebSockets that say back what they hear; what became of each is kept by its path. */
final class EchoSockets implements AutoCloseable {
  private final Map<String, Echo> byPath = new ConcurrentHashMap<>();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final FramedConnections connections;
  final int port;

  EchoSockets(FramedConnections connections) {
    this.connections = connections;
    port =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setMaxWebSocketFrameSize(Rfc6455Cases.MESSAGE_BYTES_MAX)
                    .setMaxWebSocketMessageSize(Rfc6455Cases.MESSAGE_BYTES_MAX)
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setPerFrameWebSocketCompressionSupported(false))
            .requestHandler(this::upgrade)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
  }

  private void upgrade(HttpServerRequest request) {
    String path = request.path();
    var _ = request.toWebSocket().onSuccess(socket -> byPath.put(path, new Echo(socket)));
  }

  Echo echo(String path) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> byPath.containsKey(path));
    return byPath.get(path);
  }

  /** Grows when the connection ends. */
  List<Integer> closeCodes(String path) {
    return echo(path).closeCodes;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** One connection. */
  final class Echo implements FramedListener {
    final List<Integer> closeCodes = new CopyOnWriteArrayList<>();
    final List<String> heard = new CopyOnWriteArrayList<>();
    final Context context = vertx.getOrCreateContext();
    final AtomicInteger pongs = new AtomicInteger();
    volatile boolean drained;
    FramedConnection connection;
    @Nullable Runnable onMessage;

    Echo(ServerWebSocket socket) {
      connection = connections.adopt(socket, Rfc6455Cases.MESSAGE_BYTES_MAX, this);
    }

    void run(Runnable task) {
      context.runOnContext(go -> task.run());
    }

    private void echo(int opcode, ByteBuf message) {
      ByteBuf frame = message.alloc().buffer(message.readableBytes() + 10);
      ServerFrames.writeHeader(frame, opcode, message.readableBytes());
      connection.write(frame.writeBytes(message));
      connection.flush();
    }

    @Override
    public void onText(ByteBuf message) {
      heard.add(message.toString(UTF_8));
      if (onMessage != null) {
        onMessage.run();
      }
      echo(ServerFrames.TEXT, message);
    }

    @Override
    public void onBinary(ByteBuf message) {
      echo(ServerFrames.BINARY, message);
    }

    @Override
    public void onPong() {
      pongs.incrementAndGet();
    }

    @Override
    public void onDrain() {
      drained = true;
    }

    @Override
    public void onClose(int code) {
      closeCodes.add(code);
    }
  }
}

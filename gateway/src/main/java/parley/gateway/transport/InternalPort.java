package parley.gateway.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.Secret;
import parley.gateway.bus.Refused;
import parley.gateway.room.Rooms;
import parley.gateway.session.Bodies;
import parley.protocol.ErrorCode;

/** What Parley's other processes ask of this gateway; they show the cluster's secret. */
final class InternalPort {
  private static final String TAILS = "/internal/tails";
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(90);

  private final Vertx vertx;
  private final Secret secret;
  private final EventLoopServers servers;

  private volatile @Nullable Serving serving;

  InternalPort(Vertx vertx, Secret secret) {
    this.vertx = vertx;
    this.secret = secret;
    this.servers = new EventLoopServers(vertx);
  }

  private record Serving(Rooms rooms, SocketIoDoor socketIo) {}

  /** Until then requests are refused. */
  void serve(Rooms rooms, SocketIoDoor socketIo) {
    serving = new Serving(rooms, socketIo);
  }

  private void handle(HttpServerRequest request) {
    Serving open = serving;
    String shown = request.getHeader(Owners.SECRET_HEADER);
    String path = String.valueOf(request.path());
    if (shown == null || !secret.matches(shown)) {
      HttpAnswers.refuse(
          request.response(), Refused.of(ErrorCode.UNAUTHORIZED, "this port is internal"));
    } else if (open == null) {
      HttpAnswers.refuse(
          request.response(), Refused.of(ErrorCode.UNAVAILABLE, "the node is starting"));
    } else if (path.equals(Owners.ALIVE)) {
      request.response().setStatusCode(204).end();
    } else if (path.equals(PassedOnPolls.PATH)) {
      open.socketIo().server().handle(request);
    } else if (path.equals(TAILS) && request.method().equals(HttpMethod.POST)) {
      tails(open.rooms(), request);
    } else {
      HttpAnswers.refuse(
          request.response(), Refused.of(ErrorCode.NOT_FOUND, "there is no such path"));
    }
  }

  private void tails(Rooms rooms, HttpServerRequest request) {
    Promise<JsonObject> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    Bodies.read(request, BODY_BYTES_MAX)
        .compose(body -> rooms.tails(shard(body)))
        .onComplete(answer);
    answer
        .future()
        .onSuccess(json -> HttpAnswers.json(request.response(), json))
        .onFailure(failure -> HttpAnswers.refuse(request.response(), failure));
  }

  private static int shard(Buffer body) {
    try {
      Integer shard = new JsonObject(body).getInteger("shard");
      if (shard != null) {
        return shard;
      }
    } catch (DecodeException | ClassCastException e) {
      // refused below
    }
    throw Refused.of(ErrorCode.INVALID, "shard must be given");
  }

  Future<Integer> listen(String host, int port, int messageBytesMax, List<Context> contexts) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setMaxWebSocketFrameSize(messageBytesMax)
            .setMaxWebSocketMessageSize(messageBytesMax)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setIdleTimeout((int) IDLE.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return servers.listen(options, port, contexts, this::handle);
  }

  Future<Void> close() {
    return servers.close();
  }
}

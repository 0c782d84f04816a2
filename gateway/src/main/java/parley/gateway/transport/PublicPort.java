package parley.gateway.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.chassis.health.Health;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;

/** The public port: by their paths, requests go to Socket.IO, {@code /ws}, the API or the page. */
final class PublicPort {
  /**
   * The kernel counts a client that reads nothing, with its window closed, as one that does not
   * answer: so no less than such a client is waited for. The dead are found by their heartbeats.
   */
  private static final Duration TCP_ANSWERED_WITHIN = Duration.ofMinutes(2);

  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final int BACKLOG = 4_096;
  private static final String READY = "/health/ready";

  private final Health health;
  private final LastAnswers lastAnswers;
  private final EventLoopServers servers;
  private volatile @Nullable Doors doors;

  PublicPort(Vertx vertx, Health health, LastAnswers lastAnswers) {
    this.health = health;
    this.lastAnswers = lastAnswers;
    this.servers = new EventLoopServers(vertx);
  }

  /** Who answers what. */
  record Doors(
      String node,
      SocketIoDoor socketIo,
      PlainSockets plain,
      EventRequests events,
      AllowedOrigins origins,
      Api api,
      Page page) {}

  /** Until then only its health is told. */
  void serve(Doors all) {
    doors = all;
  }

  Future<Integer> listen(
      String host, int port, Duration idle, int messageBytesMax, List<Context> contexts) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxWebSocketFrameSize(messageBytesMax)
            .setMaxWebSocketMessageSize(messageBytesMax)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setHost(host)
            .setAcceptBacklog(BACKLOG)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setTcpUserTimeout((int) TCP_ANSWERED_WITHIN.toMillis())
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setHandle100ContinueAutomatically(true)
            .setCompressionSupported(false)
            .setIdleTimeout((int) idle.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return servers.listen(options, port, contexts, this::handle);
  }

  private void handle(HttpServerRequest request) {
    Doors open = doors;
    String path = request.path();
    if (lastAnswers.isTooLate(request)) {
      return;
    }
    if (open == null || path == null || path.equals(READY)) {
      withoutDoors(request, path);
    } else if (open.socketIo().handles(request)) {
      open.socketIo().server().handle(request);
    } else {
      request.response().putHeader("Parley-Node", open.node());
      try {
        route(open, request, path);
      } catch (Refused refused) {
        HttpAnswers.refuse(request.response(), refused);
      }
    }
  }

  private void withoutDoors(HttpServerRequest request, @Nullable String path) {
    if (path == null) {
      request.response().setStatusCode(400).end();
    } else if (path.equals(READY)) {
      health.readyHandler().handle(request);
    } else {
      HttpAnswers.refuse(
          request.response(), Refused.of(ErrorCode.UNAVAILABLE, "the node is starting"));
    }
  }

  private static void route(Doors open, HttpServerRequest request, String path) {
    switch (path) {
      case "/ws" -> open.plain().handle(request);
      case "/sse" -> stream(open, request);
      default -> {
        if (Api.handles(path)) {
          open.api().handle(request);
        } else {
          open.page().handle(request);
        }
      }
    }
  }

  private static void stream(Doors open, HttpServerRequest request) {
    if (!open.origins().allows(request)) {
      throw Refused.of(ErrorCode.ORIGIN_REFUSED, "pages of this origin may not listen");
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      open.origins().preflight(request);
    } else {
      open.origins().decorate(request);
      open.events().stream(request);
    }
  }

  /** New clients are sent elsewhere; those that are here stay. */
  void drain() {
    Doors open = doors;
    if (open != null) {
      open.plain().drain();
    }
  }

  Future<Void> close() {
    return servers.close();
  }
}

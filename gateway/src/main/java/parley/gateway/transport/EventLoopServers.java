package parley.gateway.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One port served by several event loops: an HTTP server instance on each. */
final class EventLoopServers {
  /**
   * Servers of the same negative port share one random port; each set takes a number of its own.
   */
  private static final AtomicInteger RANDOM_PORTS = new AtomicInteger();

  private final Vertx vertx;
  private final List<HttpServer> servers = new ArrayList<>();

  EventLoopServers(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The port it became. */
  Future<Integer> listen(
      HttpServerOptions options,
      int port,
      List<Context> contexts,
      Handler<HttpServerRequest> handler) {
    int wanted = port == 0 ? RANDOM_PORTS.decrementAndGet() : port;
    HttpServerOptions all = new HttpServerOptions(options).setPort(wanted);
    Future<Integer> listening = Future.succeededFuture(port);
    for (Context context : contexts) {
      listening = listening.compose(before -> on(context, all, handler));
    }
    return listening;
  }

  private Future<Integer> on(
      Context context, HttpServerOptions options, Handler<HttpServerRequest> handler) {
    Promise<Integer> listening = Promise.promise();
    context.runOnContext(
        go -> {
          HttpServer server = vertx.createHttpServer(options).requestHandler(handler);
          server.invalidRequestHandler(HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER);
          server
              .listen()
              .map(
                  bound -> {
                    synchronized (servers) {
                      servers.add(bound);
                    }
                    return bound.actualPort();
                  })
              .onComplete(listening);
        });
    return listening.future();
  }

  Future<Void> close() {
    synchronized (servers) {
      return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
    }
  }
}

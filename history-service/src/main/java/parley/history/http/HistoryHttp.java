package parley.history.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.concurrent.TimeUnit;
import parley.chassis.config.Secret;
import parley.chassis.http.ClusterSecret;
import parley.chassis.http.ErrorAnswer;
import parley.chassis.http.InternalClient;
import parley.history.query.Pages;
import parley.history.query.Rooms;
import parley.protocol.ErrorCode;

/** The one port of the service: scrollback for gateways to pass on, and the internal questions. */
public final class HistoryHttp {
  private static final int BODY_BYTES_MAX = 1024 * 1024;
  private static final int REQUEST_LINE_BYTES_MAX = 64 * 1024;
  private static final int IDLE_SECONDS = 75;

  private HistoryHttp() {}

  public static Future<HttpServer> listen(
      Vertx vertx,
      String host,
      int port,
      Secret clusterSecret,
      Pages pages,
      Rooms rooms,
      InternalClient chat,
      MeterRegistry registry) {
    Router router = Router.router(vertx);
    router.route("/internal/*").handler(ClusterSecret.required(clusterSecret));
    router.route("/internal/*").handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
    new InternalRoutes(pages, rooms).mount(router);
    PageRoute page = new PageRoute(pages, new Access(chat), registry);
    router.get("/api/rooms/:room/messages").handler(page::handle);
    router.route().failureHandler(HistoryHttp::failed);
    router
        .route()
        .last()
        .handler(
            context ->
                ErrorAnswer.of(ErrorCode.NOT_FOUND, "There is no such path.")
                    .send(context.response()));
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS))
        .requestHandler(router)
        .listen(port, host)
        .recover(
            e ->
                Future.failedFuture(
                    new IllegalStateException(
                        "port %d on %s cannot be had (%s); set PARLEY_HISTORY_PORT to another one"
                            .formatted(port, host, e.getMessage()))));
  }

  private static void failed(RoutingContext context) {
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      ErrorAnswer.of(ErrorCode.TOO_LARGE, "The body is too large.").send(context.response());
    } else if (failure == null || context.statusCode() / 100 == 4) {
      ErrorAnswer.of(ErrorCode.INVALID, "The request is malformed.").send(context.response());
    } else {
      Failures.answer(context.response(), failure);
    }
  }
}

package parley.gateway.transport;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;

/** The page, and the bundles of socket.io-client that any page may take from here. */
final class Page {
  private static final String PAGE = "META-INF/resources/parley";
  private static final String BUNDLES = "META-INF/resources/socket.io";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final Router router;
  private final Nodes nodes;

  Page(Vertx vertx, Nodes nodes) {
    this.nodes = nodes;
    this.router = Router.router(vertx);
    router
        .route("/socket.io/*")
        .handler(
            context -> {
              context.response().putHeader("Access-Control-Allow-Origin", "*");
              harden(context);
              context.next();
            })
        .handler(files(BUNDLES));
    router
        .route("/*")
        .handler(
            context -> {
              harden(context);
              context.response().putHeader("Content-Security-Policy", policy());
              context.next();
            })
        .handler(files(PAGE));
  }

  private static StaticHandler files(String root) {
    return StaticHandler.create(root)
        .setDirectoryListing(false)
        .setIncludeHidden(false)
        .setCachingEnabled(false);
  }

  private static void harden(RoutingContext context) {
    boolean asset = String.valueOf(context.request().path()).startsWith("/assets/");
    context
        .response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "same-origin")
        .putHeader(HttpHeaders.CACHE_CONTROL, asset ? FOR_EVER : "no-cache");
  }

  /** Only what comes from here runs; only gateways are talked to. */
  private String policy() {
    StringBuilder others = new StringBuilder();
    for (String origin : nodes.origins()) {
      others.append(' ').append(origin).append(' ').append(origin.replaceFirst("^http", "ws"));
    }
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:;"
        + " font-src 'self'; connect-src 'self'"
        + others
        + "; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  }

  void handle(HttpServerRequest request) {
    router.handle(request);
  }
}

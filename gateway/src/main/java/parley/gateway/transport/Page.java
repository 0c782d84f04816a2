package parley.gateway.transport;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.nio.file.Path;
import java.util.Optional;

/** The page, and the bundles of socket.io-client that any page may take from here. */
final class Page {
  private static final String PAGE = "META-INF/resources/parley";
  private static final String BUNDLES = "META-INF/resources/socket.io";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final Router router;
  private final Nodes nodes;

  /**
   * @param own a folder that is served instead, with a policy of its own or none
   */
  Page(Vertx vertx, Nodes nodes, Optional<Path> own) {
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
              if (own.isEmpty()) {
                context.response().putHeader("Content-Security-Policy", policy());
              }
              context.next();
            })
        .handler(own.map(Page::folder).orElseGet(() -> files(PAGE)));
  }

  private static StaticHandler files(String root) {
    return tame(StaticHandler.create(root));
  }

  private static StaticHandler folder(Path folder) {
    return tame(
        StaticHandler.create(
            FileSystemAccess.ROOT, folder.toAbsolutePath().normalize().toString()));
  }

  private static StaticHandler tame(StaticHandler handler) {
    return handler.setDirectoryListing(false).setIncludeHidden(false).setCachingEnabled(false);
  }

  private static void harden(RoutingContext context) {
    boolean asset = String.valueOf(context.request().path()).startsWith("/assets/");
    context
        .response()
        .putHeader(HttpAnswers.CONTENT_TYPE_OPTIONS, HttpAnswers.NO_SNIFFING)
        .putHeader("Referrer-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        .putHeader(HttpHeaders.CACHE_CONTROL, asset ? FOR_EVER : "no-cache");
  }

  /** Only what comes from here runs; only gateways are talked to. */
  private String policy() {
    StringBuilder others = new StringBuilder();
    for (String origin : nodes.origins()) {
      others.append(' ').append(origin).append(' ').append(origin.replaceFirst("^http", "ws"));
    }
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        + " font-src 'self'; connect-src 'self'"
        + others
        + "; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  }

  void handle(HttpServerRequest request) {
    router.handle(request);
  }
}

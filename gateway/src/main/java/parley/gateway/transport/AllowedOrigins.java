package parley.gateway.transport;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.engineio.Origins;

/**
 * Which web pages may connect and ask: those of the gateway's own host, those that a setting names,
 * and those of the other gateways.
 */
final class AllowedOrigins {
  private static final String ANY = "*";

  /** Lets a page of another origin read how long its requests took and what they weighed. */
  private static final String TIMING_ALLOW_ORIGIN = "Timing-Allow-Origin";

  private final Set<String> named;
  private final Nodes nodes;

  AllowedOrigins(Set<String> named, Nodes nodes) {
    this.named = Set.copyOf(named);
    this.nodes = nodes;
  }

  /** What the Socket.IO server is told. */
  Origins forSocketIo() {
    return named.contains(ANY) ? Origins.any() : new Origins(this::isKnown, true);
  }

  private boolean isKnown(String origin) {
    return named.contains(origin) || nodes.origins().contains(origin);
  }

  boolean allows(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin == null
        || named.contains(ANY)
        || isKnown(origin)
        || isSameHost(origin, request.getHeader(HttpHeaders.HOST));
  }

  /** Tells a browser that the page of this origin may read the answer. */
  void decorate(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !allows(request)) {
      return;
    }
    MultiMap headers = request.response().headers();
    headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    if (named.contains(ANY) && !isKnown(origin)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    } else {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Parley-Node, Retry-After");
    headers.set(TIMING_ALLOW_ORIGIN, origin);
  }

  void preflight(HttpServerRequest request) {
    decorate(request);
    request
        .response()
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE")
        .putHeader(
            HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Last-Event-ID")
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600")
        .setStatusCode(204)
        .end();
  }

  private static boolean isSameHost(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException notAnOrigin) {
      return false;
    }
  }
}

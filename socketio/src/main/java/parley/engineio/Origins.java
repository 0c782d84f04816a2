package parley.engineio;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may connect, and what browsers are told of it (CORS). Requests without an Origin
 * header do not come from other sites' pages and are let through.
 *
 * @param allowed an Origin header's value; null: any origin
 * @param credentials whether browsers may send cookies along; needs the origins named
 */
public record Origins(@Nullable Predicate<String> allowed, boolean credentials) {
  private static final String PREFLIGHT_SECONDS = "600";

  public Origins {
    if (allowed == null && credentials) {
      throw new IllegalArgumentException(
          "credentials for any origin would let every site act as its visitors: name the origins");
    }
  }

  /** Any page may connect, without cookies. */
  public static Origins any() {
    return new Origins(null, false);
  }

  /** Pages of the server's own host only. */
  public static Origins same() {
    return new Origins(origin -> false, false);
  }

  /** Pages of the server's own host and of these origins, like {@code https://chat.example.org}. */
  public static Origins of(Set<String> origins, boolean credentials) {
    return new Origins(Set.copyOf(origins)::contains, credentials);
  }

  boolean allows(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    return origin == null
        || allowed == null
        || allowed.test(origin)
        || isSameHost(origin, request.getHeader("Host"));
  }

  private static boolean isSameHost(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException notAnOrigin) {
      return false;
    }
  }

  /** Adds what a browser wants to see on an answer to an allowed request. */
  void decorate(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      return;
    }
    var headers = request.response().headers();
    if (allowed == null) {
      headers.set("Access-Control-Allow-Origin", "*");
      return;
    }
    headers.set("Access-Control-Allow-Origin", origin).add("Vary", "Origin");
    if (credentials) {
      headers.set("Access-Control-Allow-Credentials", "true");
    }
  }

  /** Answers an OPTIONS request. */
  void preflight(HttpServerRequest request) {
    decorate(request);
    var response = request.response();
    response.putHeader("Access-Control-Allow-Methods", "GET,POST");
    String asked = request.getHeader("Access-Control-Request-Headers");
    if (asked != null) {
      response.putHeader("Access-Control-Allow-Headers", asked);
    }
    response
        .putHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS)
        .putHeader("Content-Length", "0")
        .setStatusCode(204)
        .end();
  }
}

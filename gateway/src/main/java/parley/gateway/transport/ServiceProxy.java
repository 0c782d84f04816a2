package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.gateway.session.ServiceClient;

/**
 * Passes a request of {@code /api/**} on to a service and its answer back. What speaks of the
 * connection is not passed on, nor what only a gateway may say; the body was read beforehand,
 * within its limit.
 */
final class ServiceProxy {
  /** RFC 9110, 7.6.1, and what this gateway decides by itself. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "host",
          "expect");

  private static final Set<String> OURS_TO_SAY =
      Set.of(
          "cookie",
          "authorization",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-real-ip",
          "origin");

  private final String clusterSecret;

  ServiceProxy(String clusterSecret) {
    this.clusterSecret = clusterSecret;
  }

  /**
   * @param token the caller's, from the header or the cookie
   * @param address the caller's, as this gateway sees it
   */
  Future<HttpClientResponse> ask(
      ServiceClient service,
      HttpServerRequest request,
      @Nullable Buffer body,
      @Nullable String token,
      String address) {
    MultiMap headers = HttpHeaders.headers();
    String named = request.getHeader(HttpHeaders.CONNECTION);
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!isOfTheConnection(name, named)
          && !OURS_TO_SAY.contains(name)
          && !name.startsWith("parley-")) {
        headers.add(name, header.getValue());
      }
    }
    if (token != null) {
      headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }
    headers.set("x-forwarded-for", address);
    headers.set("parley-cluster", clusterSecret);
    boolean carries = body != null && body.length() > 0;
    return service.send(request.method(), target(request), headers, carries ? body : null);
  }

  /** Path and query as they were judged here, without the host or fragment that a line may name. */
  private static String target(HttpServerRequest request) {
    String query = request.query();
    return query == null ? request.path() : request.path() + "?" + query;
  }

  /** Streams the service's answer to the client. */
  static Future<Void> answer(HttpClientResponse from, HttpServerResponse to) {
    to.setStatusCode(from.statusCode());
    to.putHeader(HttpAnswers.CONTENT_TYPE_OPTIONS, HttpAnswers.NO_SNIFFING);
    String named = from.getHeader(HttpHeaders.CONNECTION);
    for (Map.Entry<String, String> header : from.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!isOfTheConnection(name, named)
          && !name.equals("set-cookie")
          && !name.startsWith("parley-")) {
        to.headers().add(name, header.getValue());
      }
    }
    boolean bodiless =
        from.request().getMethod().equals(HttpMethod.HEAD)
            || from.statusCode() == 204
            || from.statusCode() == 304;
    String length = from.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      to.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    } else if (!bodiless) {
      to.setChunked(true);
    }
    return from.pipeTo(to);
  }

  private static boolean isOfTheConnection(String name, @Nullable String named) {
    if (OF_THE_CONNECTION.contains(name)) {
      return true;
    }
    if (named != null) {
      for (String other : named.split(",", -1)) {
        if (other.strip().equalsIgnoreCase(name)) {
          return true;
        }
      }
    }
    return false;
  }
}

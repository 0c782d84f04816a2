package parley.gateway.transport;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that end with the answer being given: where the next request begins is not certain on
 * them. After a chunked body it is not, since Netty takes it although a length was given too, which
 * a proxy in front may have gone by (RFC 9112, 6.1); nor after a body that was given up.
 */
final class LastAnswers {
  private final Set<HttpConnection> ending = ConcurrentHashMap.newKeySet();

  /** Whether this is a request behind the last one of its connection; it is then not served. */
  boolean isTooLate(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    if (ending.contains(connection)) {
      connection.close();
      return true;
    }
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      closeAfter(request);
    }
    return false;
  }

  /** The request is the last one of its connection. */
  void closeAfter(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    if (request.version() == HttpVersion.HTTP_2) {
      return; // its frames say themselves where a request ends
    }
    if (ending.add(connection)) {
      connection.closeHandler(gone -> ending.remove(connection));
      if (!request.response().headWritten()) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      request.response().endHandler(answered -> connection.close());
    }
  }
}

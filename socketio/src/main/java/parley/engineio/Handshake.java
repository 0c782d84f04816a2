package parley.engineio;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The first request of a session.
 *
 * @param uri path and query
 * @param headers empty once released ({@link EngineSession#releaseHandshake})
 * @param remoteAddress of the connection: a proxy's when there is one
 */
public record Handshake(
    String uri, MultiMap headers, @Nullable SocketAddress remoteAddress, TransportKind transport) {
  private static final String NO_URI = "";

  static Handshake of(HttpServerRequest request, TransportKind transport) {
    return new Handshake(request.uri(), request.headers(), request.remoteAddress(), transport);
  }

  Handshake released() {
    return new Handshake(NO_URI, MultiMap.caseInsensitiveMultiMap(), remoteAddress, transport);
  }

  /** The first value of a parameter of the query. */
  public @Nullable String query(String name) {
    var values = new QueryStringDecoder(uri).parameters().get(name);
    return values == null ? null : values.getFirst();
  }

  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /**
   * Whether a close frame would leave the client's WebSocket hanging: OkHttp stops reading at one
   * and tells the client for Java nothing until that answers, which it never does. The end of the
   * connection it notices at once.
   */
  boolean isDeafToCloseFrames() {
    String agent = header("User-Agent");
    return agent != null && agent.startsWith("okhttp/");
  }
}

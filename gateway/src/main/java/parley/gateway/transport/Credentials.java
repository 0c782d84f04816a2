package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.engineio.Handshake;
import parley.gateway.bus.Refused;
import parley.gateway.room.Loop;
import parley.gateway.session.Bodies;
import parley.gateway.session.Caller;
import parley.gateway.session.Callers;
import parley.gateway.session.ServiceClient;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;
import parley.socketio.Socket;

/**
 * Who a request or a new connection comes from: a bearer token, the token in Socket.IO's {@code
 * auth}, or the session cookie of a browser. The cookie counts only where another site's page
 * cannot use it: for reading, and on connections whose origin was checked.
 */
final class Credentials {
  static final String COOKIE = "parley_session";
  private static final String BEARER = "bearer ";
  private static final int GUEST_BYTES_MAX = 64 * 1024;
  private static final String GUEST_NAME = "Guest";

  private final Callers callers;
  private final Sessions sessions;
  private final ServiceClient chat;
  private final boolean guests;
  private final boolean trustProxy;

  Credentials(
      Callers callers, Sessions sessions, ServiceClient chat, boolean guests, boolean trustProxy) {
    this.callers = callers;
    this.sessions = sessions;
    this.chat = chat;
    this.guests = guests;
    this.trustProxy = trustProxy;
  }

  /**
   * A client that was let in.
   *
   * @param guestToken of a guest who showed no token at all and was given this one
   */
  record Known(Caller caller, @Nullable String guestToken) {}

  /** Who a Socket.IO client is; a new guest if it shows nothing and guests are let in. */
  Future<Known> ofSocket(Loop loop, Socket socket, String address) {
    try {
      sessions.allowance().takeHandshake(address);
    } catch (Refused refused) {
      return Future.failedFuture(refused);
    }
    String token = SocketPeer.token(socket);
    if (token == null) {
      token = bearer(socket.handshake().header("Authorization"));
    }
    if (token == null) {
      token = cookie(socket.handshake().header("Cookie"));
    }
    if (token != null) {
      return callers.of(token).map(caller -> new Known(caller, null));
    }
    if (!guests) {
      return unauthorized();
    }
    Future<@Nullable String> earlier =
        socket.auth().getValue("pid") instanceof String pid && pid.length() <= 64
            ? SessionRecords.guestToken(loop.lane(), pid)
            : Future.succeededFuture();
    return earlier
        .compose(known -> known == null ? newGuest(address) : Future.succeededFuture(known))
        .compose(given -> callers.of(given).map(caller -> new Known(caller, given)));
  }

  /** Who an HTTP request comes from. */
  Future<Caller> ofRequest(HttpServerRequest request) {
    String token = token(request);
    return token == null ? unauthorized() : callers.of(token);
  }

  Future<Caller> ofToken(String token) {
    return callers.of(token);
  }

  /** The token of a request, unverified. */
  @Nullable String token(HttpServerRequest request) {
    String bearer = bearer(request.getHeader(HttpHeaders.AUTHORIZATION));
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return bearer != null || !reads ? bearer : cookie(request.getHeader(HttpHeaders.COOKIE));
  }

  static <T> Future<T> unauthorized() {
    return Future.failedFuture(Refused.of(ErrorCode.UNAUTHORIZED, "a token is needed"));
  }

  /** A cookie that scripts cannot read and other sites' forms do not send. */
  static Cookie sessionCookie(String token, boolean secure) {
    return Cookie.cookie(COOKIE, token)
        .setPath("/")
        .setHttpOnly(true)
        .setSecure(secure)
        .setSameSite(CookieSameSite.LAX);
  }

  private Future<String> newGuest(String address) {
    MultiMap headers = HttpHeaders.headers();
    headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
    headers.set("x-forwarded-for", address);
    return chat.send(
            HttpMethod.POST,
            "/api/guests",
            headers,
            new JsonObject().put("name", GUEST_NAME).toBuffer())
        .compose(
            response ->
                Bodies.read(response, GUEST_BYTES_MAX)
                    .compose(body -> guestToken(response.statusCode(), body)));
  }

  private static Future<String> guestToken(int status, Buffer body) {
    return status < 300
        ? Future.succeededFuture(body.toJsonObject().getString("token"))
        : unauthorized();
  }

  /** The client's address, as far as a proxy in front may be believed. */
  String address(HttpServerRequest request) {
    return address(request.remoteAddress(), request.headers());
  }

  String address(Handshake handshake) {
    return address(handshake.remoteAddress(), handshake.headers());
  }

  /** What the proxy wrote stands last; what is before it the client may have made up. */
  private String address(@Nullable SocketAddress remote, MultiMap headers) {
    List<String> forwarded = trustProxy ? headers.getAll("X-Forwarded-For") : List.of();
    if (!forwarded.isEmpty()) {
      String line = forwarded.getLast();
      String last = line.substring(line.lastIndexOf(',') + 1).strip();
      if (!last.isEmpty() && last.length() <= 64) {
        return last;
      }
    }
    String host = remote == null ? null : remote.hostAddress();
    return host == null ? "unknown" : host;
  }

  static @Nullable String bearer(@Nullable String header) {
    return header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? header.substring(BEARER.length()).strip()
        : null;
  }

  static @Nullable String cookie(@Nullable String header) {
    if (header != null) {
      for (String pair : header.split(";", -1)) {
        String stripped = pair.strip();
        if (stripped.startsWith(COOKIE + "=") && stripped.length() > COOKIE.length() + 1) {
          return stripped.substring(COOKIE.length() + 1);
        }
      }
    }
    return null;
  }
}

package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.session.Bodies;
import parley.gateway.session.ServiceClient;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;

/**
 * {@code /api/**}: what the gateway answers itself, and the way through to the services for the
 * rest.
 */
final class Api {
  static final int BODY_BYTES_MAX = 256 * 1024;
  private static final String OCTETS = "application/octet-stream";
  private static final Duration BODY_WITHIN = Duration.ofSeconds(10);
  private static final String PREFIX = "/api/";
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE);

  private final Vertx vertx;
  private final Loops loops;
  private final Sessions sessions;
  private final Credentials credentials;
  private final AllowedOrigins origins;
  private final Nodes nodes;
  private final EventRequests events;
  private final ServiceProxy proxy;
  private final LastAnswers lastAnswers;
  private final ServiceClient chat;
  private final ServiceClient history;

  Api(
      Vertx vertx,
      Loops loops,
      Sessions sessions,
      Credentials credentials,
      AllowedOrigins origins,
      Nodes nodes,
      EventRequests events,
      ServiceProxy proxy,
      LastAnswers lastAnswers,
      ServiceClient chat,
      ServiceClient history) {
    this.vertx = vertx;
    this.loops = loops;
    this.sessions = sessions;
    this.credentials = credentials;
    this.origins = origins;
    this.nodes = nodes;
    this.events = events;
    this.proxy = proxy;
    this.lastAnswers = lastAnswers;
    this.chat = chat;
    this.history = history;
  }

  static boolean handles(String path) {
    return path.startsWith(PREFIX);
  }

  void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!origins.allows(request)) {
      HttpAnswers.refuse(
          response, Refused.of(ErrorCode.ORIGIN_REFUSED, "pages of this origin may not ask"));
      return;
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      origins.preflight(request);
      return;
    }
    origins.decorate(request);
    ApiPath path = ApiPath.parse(request.path());
    if (path == null || !METHODS.contains(request.method())) {
      HttpAnswers.refuse(response, Refused.of(ErrorCode.NOT_FOUND, "there is no such path"));
      return;
    }
    try {
      sessions.allowance().takeHandshake(credentials.address(request));
      route(request, path);
    } catch (Refused refused) {
      HttpAnswers.refuse(response, refused);
    }
  }

  private void route(HttpServerRequest request, ApiPath path) {
    boolean get = request.method().equals(HttpMethod.GET);
    boolean post = request.method().equals(HttpMethod.POST);
    String pollsRoom = path.roomOf("events");
    String messagesRoom = path.roomOf("messages");
    if (get && pollsRoom != null) {
      events.poll(request, pollsRoom);
    } else if (post && messagesRoom != null) {
      send(request, messagesRoom);
    } else if (get && messagesRoom != null) {
      pass(request, history);
    } else if (get && path.is("api", "nodes")) {
      HttpAnswers.json(request.response(), nodes.json());
    } else if (get && path.is("api", "session")) {
      session(request);
    } else if (request.method().equals(HttpMethod.DELETE) && path.is("api", "session")) {
      request.response().addCookie(Credentials.sessionCookie("", isSecure(request)).setMaxAge(0));
      request.response().setStatusCode(204).end();
    } else if (post && path.is("api", "guests")) {
      guest(request);
    } else {
      pass(request, chat);
    }
  }

  private void send(HttpServerRequest request, String room) {
    if (OCTETS.equals(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      throw Refused.of(
          ErrorCode.BINARY_REFUSED,
          "messages are JSON; binary payloads are relayed between Socket.IO clients only");
    }
    HttpServerResponse response = request.response();
    body(request)
        .compose(
            body ->
                credentials
                    .ofRequest(request)
                    .compose(
                        caller ->
                            sessions.send(
                                loops.current(vertx),
                                caller,
                                credentials.address(request),
                                message(body, room))))
        .onSuccess(json -> HttpAnswers.json(response, status(json), json))
        .onFailure(failure -> HttpAnswers.refuse(response, failure));
  }

  /** The answer may be the error that the message was not stored in time. */
  private static int status(String json) {
    return json.startsWith("{\"ok\":true") ? 201 : ErrorCode.NOT_STORED_YET.httpStatus();
  }

  private static JsonObject message(Buffer body, String room) {
    try {
      return new JsonObject(body).put("room", room);
    } catch (DecodeException | ClassCastException e) {
      throw Refused.of(ErrorCode.INVALID, "the body must be one JSON object");
    }
  }

  private void session(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    String token = Credentials.cookie(request.getHeader(HttpHeaders.COOKIE));
    if (token == null) {
      HttpAnswers.refuse(
          response, Refused.of(ErrorCode.UNAUTHORIZED, "there is no session cookie"));
      return;
    }
    credentials
        .ofToken(token)
        .onSuccess(
            caller ->
                HttpAnswers.json(
                    response,
                    new JsonObject().put("token", token).put("user", Sessions.json(caller.user()))))
        .onFailure(failure -> HttpAnswers.refuse(response, failure));
  }

  /** A guest's token also goes into a cookie, so that the page finds it again. */
  private void guest(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    body(request)
        .compose(body -> proxy.ask(chat, request, body, null, credentials.address(request)))
        .compose(
            answer ->
                Bodies.read(answer, BODY_BYTES_MAX)
                    .onSuccess(
                        body -> {
                          if (answer.statusCode() < 300) {
                            String token = body.toJsonObject().getString("token");
                            response.addCookie(Credentials.sessionCookie(token, isSecure(request)));
                          }
                          HttpAnswers.json(response, answer.statusCode(), body.toString());
                        }))
        .onFailure(failure -> HttpAnswers.refuse(response, failure));
  }

  private void pass(HttpServerRequest request, ServiceClient service) {
    HttpServerResponse response = request.response();
    body(request)
        .compose(body -> mayWrite(request).map(body))
        .compose(
            body ->
                proxy.ask(
                    service,
                    request,
                    body,
                    credentials.token(request),
                    credentials.address(request)))
        .compose(answer -> ServiceProxy.answer(answer, response))
        .onFailure(failure -> HttpAnswers.refuse(response, failure));
  }

  /** What changes something counts like a message; reading is limited by address alone. */
  private Future<Void> mayWrite(HttpServerRequest request) {
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    String token = credentials.token(request);
    if (reads || token == null) {
      return Future.succeededFuture();
    }
    return credentials
        .ofToken(token)
        .map(
            caller -> {
              sessions.allowance().takeWrite(caller.user().id(), credentials.address(request));
              return null;
            });
  }

  private Future<Buffer> body(HttpServerRequest request) {
    return Bodies.read(request, BODY_BYTES_MAX)
        .timeout(BODY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(givenUp -> lastAnswers.closeAfter(request))
        .recover(
            failure -> Future.failedFuture(failure instanceof TimeoutException ? late() : failure));
  }

  private static Refused late() {
    return Refused.of(ErrorCode.INVALID, "the body did not arrive in time");
  }

  private static boolean isSecure(HttpServerRequest request) {
    @Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
    return request.isSSL() || (origin != null && origin.startsWith("https://"));
  }
}

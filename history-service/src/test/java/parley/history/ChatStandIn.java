package parley.history;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import parley.chassis.http.ClusterSecret;
import parley.chassis.http.ErrorAnswer;
import parley.protocol.ErrorCode;

/**
 * Answers over HTTP as chat-service does: a token is its user's id, and rooms may be closed to
 * users.
 */
final class ChatStandIn {
  static final String SECRET = "the-cluster-of-this-test";

  final Map<String, ErrorCode> refused = new ConcurrentHashMap<>();
  final Map<String, Set<String>> onlyRooms = new ConcurrentHashMap<>();
  final AtomicInteger asked = new AtomicInteger();
  private final HttpServer server;

  ChatStandIn(Vertx vertx) {
    server =
        Trial.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
  }

  String address() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  void stop() {
    Trial.await(server.close());
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    if (!SECRET.equals(request.getHeader(ClusterSecret.HEADER))) {
      ErrorAnswer.of(ErrorCode.UNAUTHORIZED, "the secret").send(request.response());
    } else if (request.method().equals(HttpMethod.POST)) {
      request.body().onSuccess(body -> caller(request, body.toJsonObject().getString("token")));
    } else {
      ErrorCode code = refused.get(request.path().split("/")[3] + " " + request.getParam("user"));
      if (code == null) {
        request.response().end("{\"ok\":true,\"role\":\"member\",\"kind\":\"open\"}");
      } else {
        ErrorAnswer.of(code, "refused").send(request.response());
      }
    }
  }

  private void caller(HttpServerRequest request, String token) {
    if (token.equals("bad")) {
      ErrorAnswer.of(ErrorCode.UNAUTHORIZED, "bad token").send(request.response());
      return;
    }
    JsonObject caller =
        new JsonObject()
            .put("user", new JsonObject().put("id", token).put("name", token))
            .put("admin", token.equals("admin"));
    if (onlyRooms.containsKey(token)) {
      caller.put("rooms", new io.vertx.core.json.JsonArray(onlyRooms.get(token).stream().toList()));
    }
    request.response().end(caller.encode());
  }
}

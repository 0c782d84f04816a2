package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;

/** What a session asks of the services on behalf of its client, over their public API. */
final class ServiceCommands {
  /** A page of 200 messages is far below. */
  private static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;

  private final ServiceClient chat;
  private final ServiceClient history;

  ServiceCommands(ServiceClient chat, ServiceClient history) {
    this.chat = chat;
    this.history = history;
  }

  Future<String> edit(Caller caller, Command.Edit edit) {
    StringBuilder body = new StringBuilder("{");
    if (edit.text() != null) {
      body.append("\"text\":").append(Json.encode(edit.text()));
    }
    if (edit.dataJson() != null) {
      body.append(edit.text() == null ? "" : ",").append("\"data\":").append(edit.dataJson());
    }
    if (edit.key() != null) {
      body.append(",\"key\":").append(Json.encode(edit.key()));
    }
    String uri = message(edit.room(), edit.seq());
    return ask(chat, HttpMethod.PATCH, uri, caller, Buffer.buffer(body.append('}').toString()));
  }

  Future<String> delete(Caller caller, Command.Delete delete) {
    return ask(chat, HttpMethod.DELETE, message(delete.room(), delete.seq()), caller, null);
  }

  Future<String> react(Caller caller, Command.React react) {
    String uri = message(react.room(), react.seq()) + "/reactions/" + encode(react.emoji());
    return ask(chat, react.on() ? HttpMethod.PUT : HttpMethod.DELETE, uri, caller, null);
  }

  /** The page as history-service wrote it, with {@code ok} in front. */
  Future<String> history(Caller caller, Command.History page) {
    String uri = "/api/rooms/" + encode(page.room()) + "/messages" + page.query();
    return ask(history, HttpMethod.GET, uri, caller, null)
        .map(
            json ->
                json.startsWith("{\"ok\"")
                    ? json
                    : Answers.OK.replace("}", ",") + json.substring(1));
  }

  private static Future<String> ask(
      ServiceClient service, HttpMethod method, String uri, Caller caller, @Nullable Buffer body) {
    MultiMap headers = HttpHeaders.headers();
    headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + caller.token());
    if (body != null) {
      headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
    }
    return service.send(method, uri, headers, body).compose(ServiceCommands::read);
  }

  private static Future<String> read(HttpClientResponse response) {
    return Bodies.read(response, ANSWER_BYTES_MAX)
        .compose(
            body ->
                response.statusCode() < 300
                    ? Future.succeededFuture(body.toString())
                    : Future.failedFuture(refusal(response.statusCode(), body)));
  }

  private static Refused refusal(int status, Buffer body) {
    try {
      JsonObject error = new JsonObject(body).getJsonObject("error");
      ErrorCode code = error == null ? null : ErrorCode.of(error.getString("code", ""));
      if (code != null) {
        return new Refused(
            code, error.getLong("retryAfterMs"), error.getString("message", code.meaning()));
      }
    } catch (DecodeException | ClassCastException e) {
      // not an answer of a service: told by its status below
    }
    ErrorCode code = status >= 500 ? ErrorCode.UNAVAILABLE : ErrorCode.INVALID;
    return Refused.of(code, "the service answered " + status);
  }

  private static String message(String room, long seq) {
    return "/api/rooms/" + encode(room) + "/messages/" + seq;
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

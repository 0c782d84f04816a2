package parley.chat.http;

import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.Limits;

/**
 * A request that fits the document, and whom it comes from (nobody, where the document says so).
 */
record Call(@Nullable Caller someone, ValidatedRequest request) {
  Caller caller() {
    return Objects.requireNonNull(someone);
  }

  String room() {
    String room = path("room");
    good(Ids.roomProblem(room));
    return room;
  }

  String user() {
    String user = path("user");
    good(Ids.userProblem(user));
    return user;
  }

  long seq() {
    return Objects.requireNonNull(parameter("seq").getLong());
  }

  String path(String name) {
    return Objects.requireNonNull(parameter(name).getString());
  }

  private RequestParameter parameter(String name) {
    return Objects.requireNonNull(request.getPathParameters().get(name));
  }

  /** The body, or an empty object where it is optional and absent. */
  JsonObject body() {
    RequestParameter body = request.getBody();
    return body == null || body.isNull() ? new JsonObject() : body.getJsonObject();
  }

  int limit() {
    RequestParameter limit = request.getQuery().get("limit");
    return limit == null || limit.isNull() ? Limits.PAGE_EVENTS_DEFAULT : limit.getInteger();
  }

  @Nullable String after() {
    return query("after");
  }

  @Nullable String query(String name) {
    RequestParameter value = request.getQuery().get(name);
    String text = value == null || value.isNull() ? null : value.getString();
    if (text != null && !Ids.isStorable(text)) {
      throw Refused.of(ErrorCode.INVALID, name + " must not hold NUL or lone surrogates");
    }
    return text;
  }

  private static void good(@Nullable String problem) {
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
  }
}

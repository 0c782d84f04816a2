package parley.history.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.chassis.http.InternalClient;
import parley.history.query.Refusal;
import parley.protocol.ErrorCode;

/**
 * Whether a token may read a room, as chat-service says: whose it is, that it is not revoked, and
 * that its user could join. Without an answer nothing is shown.
 */
final class Access {
  /** A ban or a revocation takes effect within this. */
  static final Duration REUSED_FOR = Duration.ofMillis(900);

  private static final String BEARER = "Bearer ";
  private static final String READ_SCOPE = "messages";

  private final Briefly<String, JsonObject> callers;
  private final Briefly<Entry, JsonObject> entries;

  private record Entry(String room, String user) {}

  Access(InternalClient chat) {
    this.callers =
        new Briefly<>(
            REUSED_FOR,
            token ->
                chat.call(
                    HttpMethod.POST,
                    "/internal/callers",
                    new JsonObject().put("token", token),
                    null,
                    true));
    this.entries =
        new Briefly<>(
            REUSED_FOR,
            entry ->
                chat.get(
                    "/internal/rooms/%s/access?user=%s"
                        .formatted(encode(entry.room()), encode(entry.user()))));
  }

  /** The id of the user; fails with the error that joining would get. */
  Future<String> reader(@Nullable String authorization, String room) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Future.failedFuture(
          new Refusal(ErrorCode.UNAUTHORIZED, "A token is wanted: Authorization: Bearer …"));
    }
    return callers
        .get(authorization.substring(BEARER.length()).strip())
        .compose(caller -> reader(caller, room));
  }

  private Future<String> reader(JsonObject caller, String room) {
    String user = caller.getJsonObject("user").getString("id");
    JsonArray rooms = caller.getJsonArray("rooms");
    JsonArray scopes = caller.getJsonArray("scopes");
    if ((rooms != null && !rooms.contains(room))
        || (scopes != null && !scopes.contains(READ_SCOPE))) {
      return Future.failedFuture(
          new Refusal(ErrorCode.FORBIDDEN, "The token does not allow this room."));
    }
    if (Boolean.TRUE.equals(caller.getBoolean("admin"))) {
      return Future.succeededFuture(user);
    }
    return entries.get(new Entry(room, user)).map(user);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

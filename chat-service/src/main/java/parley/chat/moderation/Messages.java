package parley.chat.moderation;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.chat.peers.History;
import parley.chat.refusals.Refused;
import parley.chat.rooms.Rights;
import parley.chat.rooms.Rooms;
import parley.chat.shards.Appends;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.EventHead;
import parley.protocol.EventTail;
import parley.protocol.EventType;
import parley.protocol.Ids;
import parley.protocol.Limits;
import parley.protocol.User;
import parley.protocol.functions.Append;

/**
 * Editing, deleting and reacting. Nothing of it is kept in this service's tables: the event in the
 * room's log is the change, so there is no outbox in between. Whether a message is still there
 * history says as of a moment ago, and Redis in the instant of the change: so nothing follows a
 * deletion, and there is one.
 */
public final class Messages {
  private final Rooms rooms;
  private final History history;
  private final Appends appends;

  public Messages(Rooms rooms, History history, Appends appends) {
    this.rooms = rooms;
    this.history = history;
    this.appends = appends;
  }

  public JsonObject edit(Caller caller, String room, long seq, JsonObject wish) {
    String text = wish.getString("text");
    Object data = wish.getValue("data");
    String key = wish.getString("key");
    Rooms.mustBeGood(
        text == null ? data == null ? "text or data must be given" : null : Ids.textProblem(text));
    Rooms.mustBeGood(key == null ? null : Ids.keyProblem(key));
    String dataJson = data == null ? null : bounded(data);
    try {
      mustBeAuthorOrModerator(caller, room, seq);
    } catch (Refused refused) {
      // Who lost the right since is still told that his edit was accepted.
      Appends.Appended before = key == null ? null : appends.known(room, caller.id(), key);
      if (before == null) {
        throw refused;
      }
      return answer(before);
    }
    return append(
        caller.id(),
        room,
        key,
        new EventTail.Edited(room, caller.user(), seq, text, dataJson, key),
        Append.Change.ofMessage(seq));
  }

  public JsonObject delete(Caller caller, String room, long seq) {
    Rights rights = rooms.rights(caller, room);
    rights.mustWrite();
    JsonObject message = found(history, room, seq);
    mustBeAuthorOrModerator(rights, message);
    if (isTombstone(message)) {
      return new JsonObject().put("ok", true);
    }
    return append(
        User.NOBODY,
        room,
        Append.deletionKey(seq),
        new EventTail.Deleted(room, caller.user(), seq),
        Append.Change.deletion(seq, tombstone(room, message)));
  }

  public JsonObject react(Caller caller, String room, long seq, String emoji, boolean on) {
    if (Ids.utf8Length(emoji) > Limits.EMOJI_BYTES_MAX || !Ids.isStorable(emoji)) {
      throw Refused.of(ErrorCode.INVALID, "An emoji has at most 64 bytes of text.");
    }
    rooms.rights(caller, room).mustWrite();
    live(history, room, seq);
    return append(
        caller.id(),
        room,
        null,
        new EventTail.Reaction(room, caller.user(), seq, emoji, on),
        Append.Change.ofMessage(seq));
  }

  private void mustBeAuthorOrModerator(Caller caller, String room, long seq) {
    Rights rights = rooms.rights(caller, room);
    rights.mustWrite();
    mustBeAuthorOrModerator(rights, live(history, room, seq));
  }

  private static void mustBeAuthorOrModerator(Rights rights, JsonObject message) {
    String author = message.getJsonObject("from", new JsonObject()).getString("id", "");
    if (!author.equals(rights.caller().id()) && !rights.role().moderates()) {
      throw Refused.of(ErrorCode.FORBIDDEN, "Only its author and moderators may do this.");
    }
  }

  /** A message that can still be changed. */
  static JsonObject live(History history, String room, long seq) {
    JsonObject message = found(history, room, seq);
    if (isTombstone(message)) {
      throw Refused.of(ErrorCode.GONE, "The message is deleted.");
    }
    return message;
  }

  private static JsonObject found(History history, String room, long seq) {
    JsonObject message = history.message(room, seq);
    if (message == null || !EventType.MESSAGE.code().equals(message.getString("type"))) {
      throw Refused.of(ErrorCode.NOT_FOUND, "There is no such message.");
    }
    return message;
  }

  private static boolean isTombstone(JsonObject message) {
    return message.getBoolean("deleted", false);
  }

  private static String tombstone(String room, JsonObject message) {
    JsonObject from = message.getJsonObject("from");
    EventHead head =
        new EventHead(
            message.getLong("seq"),
            message.getLong("prev"),
            message.getLong("pos"),
            message.getLong("ts"),
            EventType.MESSAGE);
    User author = new User(from.getString("id"), from.getString("name"));
    return head.with(new EventTail.Tombstone(room, author, message.getString("key")).json());
  }

  private JsonObject append(
      String user, String room, @Nullable String key, EventTail tail, Append.Change change) {
    return answer(
        appends.append(
            room,
            user,
            Objects.requireNonNullElseGet(key, () -> "change." + UUID.randomUUID()),
            tail.json(),
            change));
  }

  private static JsonObject answer(Appends.Appended appended) {
    return new JsonObject()
        .put("ok", true)
        .put("seq", appended.seq())
        .put("prev", appended.prev())
        .put("ts", appended.ts());
  }

  private static String bounded(Object data) {
    String json = Json.encode(data);
    if (Ids.utf8Length(json) > Limits.DATA_BYTES_MAX) {
      throw Refused.of(ErrorCode.TOO_LARGE, "data has at most 16,000 bytes.");
    }
    if (depth(data) > Limits.DATA_DEPTH_MAX) {
      throw Refused.of(ErrorCode.INVALID, "data is nested deeper than 32.");
    }
    if (json.contains("\\u0000") || !Ids.isStorable(json)) {
      throw Refused.of(ErrorCode.INVALID, "data must not hold NUL or lone surrogates.");
    }
    return json;
  }

  private static int depth(Object value) {
    int deepest = 0;
    Iterable<?> inner =
        switch (value) {
          case JsonObject object -> object.getMap().values();
          case io.vertx.core.json.JsonArray array -> array.getList();
          case java.util.Map<?, ?> map -> map.values();
          case java.util.List<?> list -> list;
          default -> java.util.List.of();
        };
    boolean nested =
        value instanceof JsonObject
            || value instanceof io.vertx.core.json.JsonArray
            || value instanceof java.util.Map<?, ?>
            || value instanceof java.util.List<?>;
    for (Object each : inner) {
      if (each != null) {
        deepest = Math.max(deepest, depth(each));
      }
    }
    return nested ? deepest + 1 : 0;
  }
}

package parley.chat.shards;

import io.vertx.core.json.JsonObject;
import parley.protocol.EventHead;
import parley.protocol.EventTail;
import parley.protocol.EventType;
import parley.protocol.User;
import parley.protocol.functions.Append;

/**
 * An event that someone still has and Redis perhaps not.
 *
 * @param text its JSON, byte for byte as it was published
 */
record LostEvent(EventHead head, JsonObject json, String text) {

  static LostEvent of(String text) {
    EventHead head = EventHead.parse(text);
    if (head == null) {
      throw new IllegalArgumentException("no event");
    }
    return new LostEvent(head, new JsonObject(text), text);
  }

  String room() {
    return json.getString("room");
  }

  long seq() {
    return head.seq();
  }

  /** The message that this event deletes, or 0. */
  long deletes() {
    return head.type() == EventType.DELETED ? json.getLong("target") : 0;
  }

  /** Whose key it was sent under; both empty if none. */
  String user() {
    if (deletes() != 0) {
      return User.NOBODY;
    }
    JsonObject from = json.getJsonObject("from");
    return key().isEmpty() ? "" : from == null ? User.NOBODY : from.getString("id");
  }

  String key() {
    return deletes() != 0 ? Append.deletionKey(deletes()) : json.getString("key", "");
  }

  /** The same event without its text: what a deleted message leaves in its place, with its key. */
  LostEvent tombstone() {
    JsonObject from = json.getJsonObject("from", new JsonObject());
    User user = new User(from.getString("id", ""), from.getString("name", ""));
    return of(head.with(new EventTail.Tombstone(room(), user, json.getString("key")).json()));
  }
}

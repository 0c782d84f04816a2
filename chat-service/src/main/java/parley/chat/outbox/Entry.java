package parley.chat.outbox;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.protocol.functions.Append;

/**
 * One event on its way into a room's log, with the rights that it changes.
 *
 * @param version the room's version after this change; 0 if it changes no rights
 * @param tail the event's JSON behind its head
 * @param roomFields of the room's hash in Redis
 * @param members user to what the members hash holds, or null to take the user out
 */
public record Entry(
    String room,
    long version,
    String tail,
    Map<String, String> roomFields,
    Map<String, @Nullable String> members) {

  /** With the key as the last member of its event. */
  Entry under(String key) {
    String keyed = tail.substring(0, tail.length() - 1) + ",\"key\":\"" + key + "\"}";
    return new Entry(room, version, keyed, roomFields, members);
  }

  Append.Change change() {
    return Append.Change.ofRights(version, roomFields, members);
  }

  JsonObject json() {
    JsonObject byUser = new JsonObject();
    members.forEach(byUser::put);
    JsonObject fields = new JsonObject();
    roomFields.forEach(fields::put);
    return new JsonObject().put("tail", tail).put("room", fields).put("members", byUser);
  }

  static Entry of(String room, long version, JsonObject json) {
    Map<String, String> fields = new LinkedHashMap<>();
    json.getJsonObject("room").forEach(e -> fields.put(e.getKey(), (String) e.getValue()));
    Map<String, @Nullable String> members = new LinkedHashMap<>();
    json.getJsonObject("members").forEach(e -> members.put(e.getKey(), (String) e.getValue()));
    return new Entry(room, version, json.getString("tail"), fields, members);
  }
}

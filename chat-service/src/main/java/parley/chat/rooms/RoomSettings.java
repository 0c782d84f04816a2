package parley.chat.rooms;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.RoomKind;

/** What can be set in a room, from JSON to columns. */
final class RoomSettings {
  /** Field in JSON, column in Postgres. */
  private enum Setting {
    KIND("kind", "kind"),
    NAME("name", "name"),
    TOPIC("topic", "topic"),
    METADATA("metadata", "metadata"),
    SLOW("slow", "slow_ms"),
    RETENTION("retentionDays", "retention_days"),
    FROZEN("frozen", "frozen"),
    ARCHIVED("archived", "archived");

    private final String field;
    private final String column;

    Setting(String field, String column) {
      this.field = field;
      this.column = column;
    }
  }

  private RoomSettings() {}

  static RoomKind kind(JsonObject wish, RoomKind otherwise) {
    RoomKind kind = RoomKind.of(wish.getString("kind", ""));
    return kind == null ? otherwise : kind;
  }

  /** What the schema of the request cannot say. */
  static void check(JsonObject wish) {
    mustBeStorable(wish.getString("name"));
    mustBeStorable(wish.getString("topic"));
    JsonObject metadata = wish.getJsonObject("metadata");
    if (metadata != null) {
      String json = metadata.encode();
      if (Ids.utf8Length(json) > Rooms.METADATA_BYTES_MAX) {
        throw Refused.of(ErrorCode.TOO_LARGE, "metadata has at most 8,000 bytes.");
      }
      mustBeStorable(json.replace("\\u0000", "\0"));
    }
  }

  /** Sets what differs from before and answers it. */
  static JsonObject apply(RoomChange change, JsonObject wish) {
    JsonObject before = change.room().json();
    JsonObject changed = new JsonObject();
    List<String> assignments = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      Object value = wish.getValue(setting.field);
      if (wish.containsKey(setting.field)
          && !java.util.Objects.equals(value, before.getValue(setting.field))) {
        changed.put(setting.field, value);
        values.add(value);
        assignments.add(setting.column + " = $" + (values.size() + 1));
      }
    }
    if (!changed.isEmpty()) {
      change.set(String.join(", ", assignments), values.toArray());
    }
    return changed;
  }

  private static void mustBeStorable(@Nullable String text) {
    if (text != null && !Ids.isStorable(text)) {
      throw Refused.of(ErrorCode.INVALID, "Text must not hold NUL or lone surrogates.");
    }
  }
}

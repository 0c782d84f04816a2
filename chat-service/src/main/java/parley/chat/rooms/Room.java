package parley.chat.rooms;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKind;

/** A room as Postgres knows it. */
public record Room(
    String id,
    RoomKind kind,
    String name,
    String topic,
    JsonObject metadata,
    boolean archived,
    boolean frozen,
    int slowMs,
    @Nullable Integer retentionDays,
    List<Long> pins,
    long version,
    long loadedEpoch,
    long createdMs) {

  public static Room of(Row row) {
    return new Room(
        row.getString("id"),
        Objects.requireNonNull(RoomKind.of(row.getString("kind"))),
        row.getString("name"),
        row.getString("topic"),
        row.getJsonObject("metadata"),
        row.getBoolean("archived"),
        row.getBoolean("frozen"),
        row.getInteger("slow_ms"),
        row.getInteger("retention_days"),
        List.of(row.getArrayOfLongs("pins")),
        row.getLong("version"),
        row.getLong("loaded_epoch"),
        row.getOffsetDateTime("created_at").toInstant().toEpochMilli());
  }

  /** May people see and enter it who are not members? */
  public boolean isPublic() {
    return kind == RoomKind.OPEN || kind == RoomKind.ANNOUNCEMENT;
  }

  /** An archived room is one in which nothing new may be said; for Redis that is frozen. */
  public boolean isFrozenInRedis() {
    return frozen || archived;
  }

  /**
   * Must Redis know of someone who stands like this? Of a public room it keeps only those who are
   * not like everybody else; of the others all members.
   */
  public boolean keepsInRedis(MemberState state) {
    boolean usual = isPublic() ? !state.role().moderates() : state.role() == Role.NONE;
    return !usual || state.muteUntilMs() != 0 || state.banUntilMs() != 0;
  }

  /** The fields of the room's hash in Redis that rights depend on. */
  public Map<String, String> inRedis() {
    return Map.of(
        "kind", kind.code(),
        "slow", Integer.toString(slowMs),
        "frozen", isFrozenInRedis() ? "1" : "0");
  }

  /** What clients are told of it. */
  public JsonObject json() {
    JsonObject json =
        new JsonObject()
            .put("id", id)
            .put("kind", kind.code())
            .put("name", name)
            .put("topic", topic)
            .put("metadata", metadata)
            .put("archived", archived)
            .put("frozen", frozen)
            .put("slow", slowMs)
            .put("pins", new JsonArray(List.copyOf(pins)))
            .put("version", version)
            .put("created", createdMs);
    if (retentionDays != null) {
      json.put("retentionDays", retentionDays);
    }
    return json;
  }
}

package parley.chat.shards;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What one gateway still knows of a shard.
 *
 * @param floor highest pos that it has seen, in any shard
 */
record Tail(long floor, List<LostEvent> events) {
  static Tail of(JsonObject json) {
    List<LostEvent> events = new ArrayList<>();
    for (Object event : json.getJsonArray("events", new JsonArray())) {
      events.add(
          LostEvent.of(event instanceof JsonObject object ? object.encode() : (String) event));
    }
    return new Tail(json.getLong("floor"), events);
  }
}

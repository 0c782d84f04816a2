package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Services;

/** The past that only Postgres still has, asked of history-service. */
final class History {
  private final Services services;

  History(Services services) {
    this.services = services;
  }

  /** The next events; fails when history-service does not answer in time. */
  Future<List<Event>> behind(String room, long after, int limit) {
    return services
        .get(path(room) + "/events?after=" + after + "&limit=" + limit)
        .map(History::events);
  }

  /** The seq of the last event up to a pos, null if it is not known; fails as above. */
  Future<@Nullable Long> anchor(String room, long pos) {
    return services.get(path(room) + "/anchor?pos=" + pos).map(answer -> answer.getLong("seq"));
  }

  private static String path(String room) {
    return "/internal/rooms/" + URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<Event> events(JsonObject answer) {
    List<Event> events = new ArrayList<>();
    JsonArray found = answer.getJsonArray("events", new JsonArray());
    for (int i = 0; i < found.size(); i++) {
      byte[] json = found.getJsonObject(i).encode().getBytes(StandardCharsets.UTF_8);
      Event event = Event.parse(json, System.nanoTime());
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }
}

package parley.verify.talk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Heard;
import parley.verify.check.Observation;

/** What one client has heard of each of its rooms, written down as it comes. */
final class Ear {
  private final Observation observation;
  private final Map<String, Long> last = new ConcurrentHashMap<>();
  private final Set<String> catchingUp = ConcurrentHashMap.newKeySet();

  Ear(Observation observation) {
    this.observation = observation;
  }

  Observation observation() {
    return observation;
  }

  /** The last event that the client has of a room. */
  @Nullable Long last(String room) {
    return last.get(room);
  }

  /** One frame with this event's name; only durable events and gaps are noted. */
  void hear(String event, JsonObject data) {
    if (event.equals("gap")) {
      gap(data.getString("room"), data);
    } else if (data.containsKey("seq")
        && data.containsKey("prev")
        && !catchingUp.contains(data.getString("room"))) {
      durable(data);
    }
  }

  /**
   * The answer to a join or a poll: what was missed, or where hearing begins. As long as there is
   * more to be asked for, what comes live is beyond a hole; the last answer has it too.
   */
  void answered(String room, JsonObject answer) {
    JsonObject gap = answer.getJsonObject("gap");
    if (gap != null) {
      gap(room, gap);
    }
    JsonArray events = answer.getJsonArray("events", new JsonArray());
    for (int i = 0; i < events.size(); i++) {
      durable(events.getJsonObject(i));
    }
    if (answer.getBoolean("more", false)) {
      catchingUp.add(room);
    } else {
      catchingUp.remove(room);
    }
    Long head = answer.getLong("head");
    if (head != null && last.putIfAbsent(room, head) == null) {
      observation.add(new Heard.Start(room, head, System.nanoTime()));
    }
  }

  /** The client begins anew: what it has counts no more. */
  void forget() {
    last.clear();
    catchingUp.clear();
  }

  private void durable(JsonObject event) {
    String room = event.getString("room");
    long seq = event.getLong("seq");
    last.put(room, seq);
    observation.add(
        new Heard.Event(
            room,
            seq,
            event.getLong("prev"),
            event.getLong("pos"),
            event.getString("type"),
            event.getString("text", ""),
            System.nanoTime()));
  }

  private void gap(String room, JsonObject gap) {
    long after = gap.getLong("after", last.getOrDefault(room, 0L));
    Long head = gap.getLong("head");
    observation.add(
        new Heard.Gap(room, after, head == null ? Long.MAX_VALUE : head, System.nanoTime()));
    if (head == null) {
      last.remove(room);
    } else {
      last.put(room, head);
    }
  }
}

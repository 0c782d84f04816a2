package parley.model;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one client knows of one room, and every breach of promise that it saw at once. Confined to
 * its client's lock.
 */
final class Heard {
  private final String who;
  private final String room;
  private final List<String> breaches;

  /** Events by seq, as they came. */
  final Map<Long, JsonObject> events = new TreeMap<>();

  final List<Long> withdrawn = new ArrayList<>();
  private @Nullable Long last;
  boolean joined;
  boolean banned;
  int gaps;

  Heard(String who, String room, List<String> breaches) {
    this.who = who;
    this.room = room;
    this.breaches = breaches;
  }

  @Nullable Long last() {
    return last;
  }

  /** The answer may come when nobody waits for it any more; from then on events are right. */
  void asked() {
    banned = false;
  }

  void joined(JsonObject answer, @Nullable Long after) {
    if (answer.getJsonObject("gap") instanceof JsonObject gap) {
      gap(gap);
    }
    if (after == null) {
      last = answer.getLong("head");
    }
    JsonArray past = answer.getJsonArray("events");
    for (int i = 0; i < past.size(); i++) {
      event(past.getJsonObject(i));
    }
    // Whatever the past tells of bans: this is the answer. Behind a part of it one joins again.
    banned = false;
    joined = !answer.getBoolean("more");
    if (joined && last < answer.getLong("head")) {
      breaches.add(
          who + " joined " + room + " at " + answer.getLong("head") + " but heard up to " + last);
    }
  }

  void event(JsonObject event) {
    long seq = event.getLong("seq");
    long prev = event.getLong("prev");
    if (last != null && prev != last) {
      breaches.add(who + " in " + room + ": after " + last + " came " + seq + " with prev " + prev);
    }
    if (events.putIfAbsent(seq, event) != null) {
      breaches.add(who + " in " + room + " heard " + seq + " twice");
    }
    last = seq;
    if ("banned".equals(event.getString("action"))
        && event.getJsonObject("user").getString("id").equals(who)) {
      banned = true;
      joined = false;
    }
  }

  /** Something of a room that this client does not hear now. */
  void stray(JsonObject event) {
    if (banned) {
      breaches.add(who + " is banned from " + room + " but heard " + event);
    }
  }

  void gap(JsonObject gap) {
    gaps++;
    last = gap.getLong("head");
    JsonArray lost = gap.getJsonArray("lost", new JsonArray());
    for (int i = 0; i < lost.size(); i++) {
      withdrawn.add(lost.getLong(i));
      events.remove(lost.getLong(i));
    }
  }
}

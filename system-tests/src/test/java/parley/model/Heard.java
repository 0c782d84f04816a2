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

  void joined(JsonObject answer, @Nullable Long after) {
    joined = true;
    banned = false;
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
    if (answer.getBoolean("more")) {
      breaches.add(who + " got only a part of " + room);
    }
    if (last < answer.getLong("head")) {
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
    if (event.getJsonObject("user") instanceof JsonObject about
        && who.equals(about.getString("id"))) {
      moderated(event.getString("action", ""));
    }
  }

  /** Both may also stand in the past that a join is answered with. */
  private void moderated(String action) {
    if (action.equals("banned")) {
      banned = true;
      joined = false;
    } else if (action.equals("unbanned")) {
      banned = false;
      joined = true;
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

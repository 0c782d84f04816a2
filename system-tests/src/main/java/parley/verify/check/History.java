package parley.verify.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Everything that is known at the end of a run. */
public final class History {
  private static final NavigableMap<Long, Kept.Event> EMPTY = new TreeMap<>();

  final Kept kept;
  final List<Observation> observations;
  final List<Sent> sent;
  final List<Harm> harms;
  final Losses losses;
  private final Map<String, NavigableMap<Long, Kept.Event>> rooms = new HashMap<>();
  private final Map<String, List<Kept.Event>> byKey = new HashMap<>();

  public History(
      Kept kept, List<Observation> observations, List<Sent> sent, List<Harm> harms, Losses losses) {
    this.kept = kept;
    this.observations = List.copyOf(observations);
    this.sent = List.copyOf(sent);
    this.harms = List.copyOf(harms);
    this.losses = losses;
    losses.learn(observations, sent);
    for (Kept.Event event : kept.events()) {
      rooms.computeIfAbsent(event.room(), room -> new TreeMap<>()).put(event.seq(), event);
      if (!event.key().isEmpty()) {
        String key = key(event.room(), event.user(), event.key());
        byKey.computeIfAbsent(key, ignored -> new ArrayList<>()).add(event);
      }
    }
  }

  private static String key(String room, String user, String key) {
    return room + "\n" + user + "\n" + key;
  }

  Map<String, NavigableMap<Long, Kept.Event>> rooms() {
    return rooms;
  }

  NavigableMap<Long, Kept.Event> room(String room) {
    return rooms.getOrDefault(room, EMPTY);
  }

  /** What a key became; one event, if retries are safe. */
  List<Kept.Event> under(Sent message) {
    return byKey.getOrDefault(key(message.room(), message.client(), message.key()), List.of());
  }

  /** For each user's key in a room what it became. */
  Collection<List<Kept.Event>> keys() {
    return byKey.values();
  }

  boolean harmed(Harm.Part part, long from, long to) {
    return harms.stream().anyMatch(harm -> harm.touches(part, from, to));
  }
}

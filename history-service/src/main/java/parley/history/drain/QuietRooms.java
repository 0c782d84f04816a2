package parley.history.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rooms of one shard by their last event, so that Redis may let go of those that have been quiet
 * for a while. Touched by the drainer's thread.
 */
final class QuietRooms {
  static final Duration QUIET_AFTER = Duration.ofMinutes(1);
  static final int ROOMS_MAX = 20_000;

  /** Rooms named in one trim. */
  static final int NAMED_MAX = 64;

  // In the order of the last event.
  private final LinkedHashMap<String, Long> lastHeard =
      new LinkedHashMap<>(64, 0.75f, /* accessOrder= */ true);

  void heard(String room, long nowMs) {
    lastHeard.put(room, nowMs);
  }

  /** Takes out those that have been quiet, and the most quiet ones if there are too many. */
  List<String> take(long nowMs) {
    List<String> quiet = new ArrayList<>();
    Iterator<Map.Entry<String, Long>> eldest = lastHeard.entrySet().iterator();
    int size = lastHeard.size();
    while (eldest.hasNext() && quiet.size() < NAMED_MAX) {
      Map.Entry<String, Long> room = eldest.next();
      if (nowMs - room.getValue() < QUIET_AFTER.toMillis() && size - quiet.size() <= ROOMS_MAX) {
        break;
      }
      quiet.add(room.getKey());
      eldest.remove();
    }
    return quiet;
  }
}

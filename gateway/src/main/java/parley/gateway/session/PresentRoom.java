package parley.gateway.session;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import parley.protocol.User;

/** Who of this node is in a room, and what of it the others have not been told yet. */
final class PresentRoom {
  private final Map<String, Integer> sessions = new HashMap<>();
  private final Map<String, User> users = new LinkedHashMap<>();

  /** True: came, false: went; since the last telling. */
  private Map<String, Change> changes = new LinkedHashMap<>();

  long countToldNanos;

  /** This node's entry is in Redis, unless others took it away. */
  private boolean written;

  record Change(User user, boolean on) {}

  void entered(User user) {
    if (sessions.merge(user.id(), 1, Integer::sum) == 1 && users.put(user.id(), user) == null) {
      changes.put(user.id(), new Change(user, true));
    }
  }

  /** Returns whether that was the user's last session here. */
  boolean left(User user) {
    return sessions.merge(user.id(), -1, Integer::sum) <= 0;
  }

  /** The user is gone for good unless a session of theirs has come back. */
  boolean settle(User user) {
    if (sessions.getOrDefault(user.id(), 0) > 0 || users.remove(user.id()) == null) {
      return false;
    }
    sessions.remove(user.id());
    changes.put(user.id(), new Change(user, false));
    return true;
  }

  Map<String, User> users() {
    return users;
  }

  Map<String, Change> takeChanges() {
    Map<String, Change> taken = changes;
    changes = new LinkedHashMap<>();
    return taken;
  }

  /** They could not be told; what has happened since counts more. */
  void giveBack(Map<String, Change> taken) {
    Map<String, Change> all = new LinkedHashMap<>(taken);
    all.putAll(changes);
    changes = all;
  }

  /**
   * The entry was written; whether it was taken away in between (Redis lost it, or this node was
   * thought dead), so that everybody is to be told of again.
   */
  boolean wasTakenAway(boolean isNew) {
    boolean takenAway = written && isNew;
    written = !users.isEmpty();
    return takenAway;
  }

  /** As if they had all just come. */
  Map<String, Change> everybody() {
    Map<String, Change> all = new LinkedHashMap<>();
    users.forEach((id, user) -> all.put(id, new Change(user, true)));
    return all;
  }

  boolean isEmpty() {
    return users.isEmpty() && changes.isEmpty();
  }
}

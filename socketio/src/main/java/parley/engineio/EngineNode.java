package parley.engineio;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the servers of one node share: where its polling sessions are, and how many sessions are
 * half open. Safe for use by several threads.
 */
public final class EngineNode {
  /**
   * Sessions that another request may name: those on polling. One on a WebSocket is reached by
   * nobody else.
   */
  private final Map<String, EngineSession> polling = new ConcurrentHashMap<>();

  /** Ids of open sessions that have moved from polling to a WebSocket: no unknown ones. */
  private final Set<String> moved = ConcurrentHashMap.newKeySet();

  private final LinkedHashSet<EngineSession> halfOpen = new LinkedHashSet<>(); // guarded by itself

  public EngineNode() {}

  @Nullable EngineSession find(String sid) {
    return polling.get(sid);
  }

  void add(EngineSession session) {
    polling.put(session.id(), session);
  }

  void remove(EngineSession session) {
    polling.remove(session.id(), session);
    moved.remove(session.id());
  }

  void moved(EngineSession session) {
    moved.add(session.id());
    polling.remove(session.id(), session);
  }

  boolean hasMoved(String sid) {
    return moved.contains(sid);
  }

  /** Counts a half-open session; returns the oldest one when there are too many now. */
  @Nullable EngineSession addHalfOpen(EngineSession session, int max) {
    synchronized (halfOpen) {
      halfOpen.add(session);
      if (halfOpen.size() <= max) {
        return null;
      }
      Iterator<EngineSession> oldestFirst = halfOpen.iterator();
      EngineSession oldest = oldestFirst.next();
      oldestFirst.remove();
      return oldest;
    }
  }

  void removeHalfOpen(EngineSession session) {
    synchronized (halfOpen) {
      halfOpen.remove(session);
    }
  }

  /** Polling sessions, those included that were closed and wait for the poll that tells it. */
  public int pollingSessions() {
    return polling.size();
  }

  public int halfOpenSessions() {
    synchronized (halfOpen) {
      return halfOpen.size();
    }
  }
}

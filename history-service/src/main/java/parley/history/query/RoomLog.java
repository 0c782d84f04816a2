package parley.history.query;

import io.vertx.core.Future;

/** What the Redis log knows of a room. */
@FunctionalInterface
public interface RoomLog {
  /**
   * The seq of the room's last event, 0 if Redis does not know the room (then all of it is stored).
   */
  Future<Long> head(String room);
}

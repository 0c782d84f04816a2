package parley.socketio;

import org.jspecify.annotations.Nullable;

/**
 * The answer to an event, if the client wants one. Callable by any thread; of several calls the
 * first counts.
 */
public interface Ack {

  /** What events come with whose sender does not wait. */
  Ack UNWANTED =
      new Ack() {
        @Override
        public boolean isWanted() {
          return false;
        }

        @Override
        public void send(@Nullable Object... args) {}
      };

  /** Whether the client waits for an answer; without that {@link #send} does nothing. */
  default boolean isWanted() {
    return true;
  }

  /** Arguments as in {@link Socket#emit}. */
  void send(@Nullable Object... args);
}

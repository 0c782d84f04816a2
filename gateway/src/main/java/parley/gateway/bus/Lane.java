package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.protocol.Ephemeral;
import parley.protocol.EventTail;
import parley.protocol.User;

/**
 * One event loop's commands to Redis: a connection of its own, a tick's commands sent as one batch.
 * Called on that loop only; futures complete there and fail with {@link Refused}.
 */
// Behaviour follows.
@SuppressWarnings("DoNotCallSuggester")
public final class Lane {
  private Lane() {}

  public Context context() {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends a durable event on behalf of its user; in the order of the calls per room.
   *
   * @param key of the client, so that a repeat is answered with the first one's numbers; null: the
   *     lane makes one for its own retries
   */
  public Future<Appended> append(User user, @Nullable String key, EventTail tail) {
    throw new UnsupportedOperationException();
  }

  /**
   * Asks for the right to hear a room.
   *
   * @param create whether a room that does not exist may be made, if the system allows that
   */
  public Future<Entered> enter(String room, User user, boolean create) {
    throw new UnsupportedOperationException();
  }

  /** Notes how far a user has read, and tells the room. */
  public Future<Void> mark(String room, User user, long seq) {
    throw new UnsupportedOperationException();
  }

  public Future<Void> publishToRoom(String room, Ephemeral event) {
    throw new UnsupportedOperationException();
  }

  public Future<Void> publishToUser(String userId, Ephemeral event) {
    throw new UnsupportedOperationException();
  }

  /** To every client of every node. */
  public Future<Void> publishToAll(Ephemeral event) {
    throw new UnsupportedOperationException();
  }

  /** Completes when Postgres has the event; fails with {@code not_stored_yet} after a time. */
  public Future<Void> stored(String room, long pos, Duration atMost) {
    throw new UnsupportedOperationException();
  }

  /**
   * Any other command; never repeated by itself. Fails with {@code unavailable} while there is no
   * connection.
   */
  public Future<@Nullable Response> send(Request request) {
    throw new UnsupportedOperationException();
  }
}

package parley.socketio;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a broadcast reaches. Immutable: each method returns a narrower or wider one. Callable by any
 * thread.
 *
 * @param rooms reached once each even in several of them; empty: everyone in the namespace. A
 *     socket's id is a room
 * @param except members of any of these are left out
 * @param dropsWhenBusy left out as well: whoever is not taking what was sent before (Socket.IO's
 *     {@code volatile})
 */
public record Audience(
    Broadcaster broadcaster,
    String namespace,
    Set<String> rooms,
    Set<String> except,
    boolean dropsWhenBusy) {

  public Audience {
    rooms = Set.copyOf(rooms);
    except = Set.copyOf(except);
  }

  static Audience all(Broadcaster broadcaster, String namespace) {
    return new Audience(broadcaster, namespace, Set.of(), Set.of(), false);
  }

  public Audience to(String... more) {
    return new Audience(broadcaster, namespace, with(rooms, more), except, dropsWhenBusy);
  }

  public Audience except(String... more) {
    return new Audience(broadcaster, namespace, rooms, with(except, more), dropsWhenBusy);
  }

  /** For what is stale soon: a client that is behind does not get it at all. */
  public Audience droppingWhenBusy() {
    return new Audience(broadcaster, namespace, rooms, except, true);
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /** Arguments as in {@link Socket#emit}. */
  public void emit(String event, @Nullable Object... args) {
    ReservedEvents.refuse(event);
    broadcaster.broadcast(this, event, Arrays.asList(args));
  }
}

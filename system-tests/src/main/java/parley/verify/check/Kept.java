package parley.verify.check;

import java.util.List;
import java.util.Map;

/**
 * What Postgres has at the end.
 *
 * @param events of all rooms
 * @param reactionCounts the counts that pages show, by room, message and emoji
 */
public record Kept(List<Event> events, Map<Reacted, Long> reactionCounts) {
  /** An event as it is stored; {@code emoji} and what follows are those of a reaction. */
  public record Event(
      String room,
      long seq,
      long prev,
      long pos,
      String type,
      String user,
      String key,
      String text,
      long target,
      String emoji,
      boolean on) {}

  /** What a count is of. */
  public record Reacted(String room, long target, String emoji) {}
}

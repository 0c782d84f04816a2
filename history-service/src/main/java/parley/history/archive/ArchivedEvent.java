package parley.history.archive;

import org.jspecify.annotations.Nullable;

/**
 * An event on its way into the archive, read once.
 *
 * @param json as it was published
 * @param target the seq that it is about, of an edit, a deletion, a reaction
 * @param search the words of a message, see {@link parley.history.search.Words#vector}
 */
public record ArchivedEvent(
    String room,
    long seq,
    long prev,
    long pos,
    Kind kind,
    @Nullable String author,
    @Nullable Long target,
    String json,
    @Nullable String search,
    @Nullable Change change) {

  /** What an event does to the projections. */
  public sealed interface Change {
    /**
     * @param body JSON object of the members that replace those of the message
     * @param search words of the new text
     */
    record Edit(String body, @Nullable String search) implements Change {}

    record Delete() implements Change {}

    record React(String emoji, boolean on) implements Change {}

    /**
     * @param seconds that a room keeps its events; 0 is the general setting
     */
    record Retain(long seconds) implements Change {}
  }
}

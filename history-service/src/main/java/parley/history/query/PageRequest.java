package parley.history.query;

import org.jspecify.annotations.Nullable;
import parley.history.search.SearchQuery;

/**
 * Which messages of a room are wanted.
 *
 * @param asker whose own reactions are told for certain
 */
public record PageRequest(String room, Span span, int limit, String asker) {
  /** No user has this id. */
  static final String NOBODY = "";

  public PageRequest(String room, Span span, int limit) {
    this(room, span, limit, NOBODY);
  }

  public PageRequest askedBy(String user) {
    return new PageRequest(room, span, limit, user);
  }

  /** From where on. */
  public sealed interface Span {
    /** The cursor given, if there is one. */
    default @Nullable Cursor cursor() {
      return null;
    }

    record Latest() implements Span {}

    record Before(Cursor cursor) implements Span {}

    record After(Cursor cursor) implements Span {}

    record Around(Cursor cursor) implements Span {}

    /**
     * @param cursor only what is older than it; null for all
     */
    record Found(SearchQuery query, @Nullable Cursor cursor) implements Span {}
  }
}

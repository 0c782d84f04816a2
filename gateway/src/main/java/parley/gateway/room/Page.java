package parley.gateway.room;

import java.util.List;

/** What was found of a room's past behind a seq. */
sealed interface Page {
  /**
   * An unbroken chain that begins right behind what was asked for; empty if nothing came since.
   *
   * @param source where it was found
   */
  record Found(List<Event> events, Source source) implements Page {}

  /**
   * The seq asked for was lost with its Redis; the chain branches off before it.
   *
   * @param back the last seq that is still true
   */
  record Withdrawn(long back) implements Page {}

  /** Nowhere whole. */
  record Missing() implements Page {}

  /** Not found, but not every place could be searched: it may be there all the same. */
  record Unknown() implements Page {}

  /** Where events were found. */
  enum Source {
    RING,
    RECENT,
    LOG,
    HISTORY,
    NONE
  }

  /** Looks a seq up in a chain of events in order. */
  static Page link(List<Event> chain, long after, Source source) {
    for (int i = 0; i < chain.size(); i++) {
      Event event = chain.get(i);
      if (event.prev == after) {
        return new Found(List.copyOf(chain.subList(i, chain.size())), source);
      }
      if (event.prev < after && event.seq > after) {
        return new Withdrawn(event.prev);
      }
    }
    boolean atEnd = !chain.isEmpty() && chain.getLast().seq == after;
    return atEnd ? new Found(List.of(), source) : new Missing();
  }
}

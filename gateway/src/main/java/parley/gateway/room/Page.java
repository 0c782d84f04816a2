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

  /** Looks a seq up in events in order; what is found ends where a link is missing. */
  static Page link(List<Event> chain, long after, Source source) {
    for (int i = 0; i < chain.size(); i++) {
      Event event = chain.get(i);
      if (event.prev == after) {
        int end = i + 1;
        while (end < chain.size() && chain.get(end).prev == chain.get(end - 1).seq) {
          end++;
        }
        return new Found(List.copyOf(chain.subList(i, end)), source);
      }
      if (event.prev < after && event.seq > after) {
        return new Withdrawn(event.prev);
      }
    }
    boolean atEnd = !chain.isEmpty() && chain.getLast().seq == after;
    return atEnd ? new Found(List.of(), source) : new Missing();
  }
}

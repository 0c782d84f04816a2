package parley.gateway.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a held hearing has missed of one room.
 *
 * @param after the seq it was asked from
 * @param events in order, without a break
 * @param whole nothing more has come up to this place in the order; else another slice follows
 * @param gap what could not be had before the events
 */
record Slice(Member member, long after, List<Event> events, boolean whole, @Nullable Gap gap) {
  /** What a member is to be given from. */
  record Ask(Member member, Share share, long after) {}
}

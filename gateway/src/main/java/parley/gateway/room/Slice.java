package parley.gateway.room;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.Seq;

/**
 * What a held hearing has missed of one room.
 *
 * @param after the seq it was asked from
 * @param events in order, without a break
 * @param whole nothing more has come up to this place in the order; else another slice follows
 * @param gap what could not be had before the events
 */
record Slice(Member member, long after, List<Event> events, boolean whole, @Nullable Gap gap) {
  /** The last event of the room before these. */
  long back() {
    return events.isEmpty() ? after : events.getFirst().prev;
  }

  /** Whether Redis can have lost nothing between {@link #back} and the events. */
  boolean beginsInItsEpoch() {
    return !events.isEmpty() && Seq.epoch(events.getFirst().seq) == Seq.epoch(back());
  }

  /**
   * @param from what the client has up to here is true
   * @param lost what it has beyond, if it is known
   */
  Slice behindGap(long from, List<Long> lost) {
    Gap gap = new Gap(String.valueOf(member.share.room), from, back(), lost);
    return new Slice(member, after, events, whole, gap);
  }

  /** What a member is to be given from. */
  record Ask(Member member, Share share, long after) {}
}

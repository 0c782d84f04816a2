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
   * @param lost what the client had of the room in place of the events, if it is known
   */
  Slice behindLoss(List<Long> lost) {
    Gap loss = new Gap(String.valueOf(member.share.room), back(), back(), lost);
    return new Slice(member, after, events, whole, loss);
  }

  /** What a member is to be given from. */
  record Ask(Member member, Share share, long after) {}
}

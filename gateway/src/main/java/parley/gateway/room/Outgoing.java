package parley.gateway.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a tick of the bus thread brings for one loop. A loop that is far behind gets no more events:
 * their rooms' members are held, and look up what was left out once the loop has caught up. Bus
 * thread only.
 */
final class Outgoing {
  /** Items in a loop's inbox; above it events are left out until it is half empty. */
  static final int INBOX_MAX = 50_000;

  private final Loop loop;
  private final Map<Share, LeftOut> leftOut = new LinkedHashMap<>();
  private List<Item> tick = new ArrayList<>();
  private boolean overrun;

  private record LeftOut(long prevOfFirst, long seqOfLast) {}

  Outgoing(Loop loop) {
    this.loop = loop;
  }

  void put(Item item) {
    if (!overrun) {
      tick.add(item);
      return;
    }
    switch (item) {
      case Item.Told told -> leaveOut(told.share(), told.event());
      case Item.Whispered whispered -> {} // heard by whoever can take it now
      case Item.Signal signal -> tick.add(signal);
    }
  }

  private void leaveOut(Share share, Event event) {
    LeftOut before = leftOut.get(share);
    if (before == null) {
      tick.add(new Item.Signal(() -> loop.overrun(share)));
    }
    leftOut.put(share, new LeftOut(before == null ? event.prev : before.prevOfFirst(), event.seq));
  }

  /** Ends the tick. True while the loop is behind: to be called again soon. */
  boolean handOver() {
    int waiting = loop.inbox().size();
    if (overrun && waiting < INBOX_MAX / 2) {
      overrun = false;
      leftOut.forEach(
          (share, out) ->
              tick.add(
                  new Item.Signal(() -> loop.caughtUp(share, out.prevOfFirst(), out.seqOfLast()))));
      leftOut.clear();
    } else if (waiting + tick.size() > INBOX_MAX) {
      overrun = true;
    }
    if (!tick.isEmpty()) {
      loop.inbox().put(tick);
      tick = new ArrayList<>();
    }
    return overrun;
  }
}

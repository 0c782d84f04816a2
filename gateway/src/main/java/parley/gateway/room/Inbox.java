package parley.gateway.room;

import java.util.ArrayList;
import java.util.List;

/**
 * The queue from the bus thread to one loop: filled tick by tick, drained by one task of the loop
 * however much is in it.
 */
final class Inbox {
  private final Runnable wake;
  private List<Item> filling = new ArrayList<>();
  private boolean awake;

  /**
   * @param wake schedules the one task; called on the bus thread
   */
  Inbox(Runnable wake) {
    this.wake = wake;
  }

  void put(List<Item> tick) {
    synchronized (this) {
      filling.addAll(tick);
      if (awake) {
        return;
      }
      awake = true;
    }
    wake.run();
  }

  /**
   * All that is there; when it is nothing, the task has ended and the next put schedules another.
   */
  synchronized List<Item> take() {
    if (filling.isEmpty()) {
      awake = false;
      return List.of();
    }
    List<Item> taken = filling;
    filling = new ArrayList<>();
    return taken;
  }

  /** The task goes on although there was nothing to take; false if another one was scheduled. */
  synchronized boolean awaken() {
    boolean slept = !awake;
    awake = true;
    return slept;
  }

  synchronized int size() {
    return filling.size();
  }
}

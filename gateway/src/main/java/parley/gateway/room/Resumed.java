package parley.gateway.room;

/** Whether a client's hearing goes on where it was. */
public sealed interface Resumed {
  /**
   * It does: what it missed has been written (not flushed), in order.
   *
   * @param events how many it had missed
   * @param place where it was; not behind an event of its own that was lost
   */
  record Recovered(int events, Place place) implements Resumed {}

  /**
   * It cannot be proved that nothing would be missed; the client joins anew.
   *
   * @param forNow whether a later attempt may prove it
   */
  record Unproved(String reason, boolean forNow) implements Resumed {}
}

package parley.gateway.room;

import io.vertx.core.Context;
import parley.gateway.bus.Lane;

/** One event loop of the node with the members that live on it. */
public final class Loop {
  private final int index;
  private final Lane lane;

  Loop(int index, Lane lane) {
    this.index = index;
    this.lane = lane;
  }

  public int index() {
    return index;
  }

  public Context context() {
    return lane.context();
  }

  /** This loop's commands to Redis. */
  public Lane lane() {
    return lane;
  }
}

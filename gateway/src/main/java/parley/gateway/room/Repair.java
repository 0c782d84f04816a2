package parley.gateway.room;

import io.vertx.core.Future;
import java.util.List;

/**
 * Fetches what a room has missed and puts it back into the chain: from recent, the log, history.
 * Bounded in time: then everyone in the room is told of a gap. While Redis is away it waits; that
 * time does not count. Bus thread only.
 */
final class Repair {
  private static final long TRY_AGAIN_MS = 100;

  private final Room room;
  private final Rooms rooms;
  private final long target;
  private final long targetPos;
  private long deadlineNanos;
  private boolean cancelled;

  Repair(Room room, long target, long targetPos) {
    this.room = room;
    this.rooms = room.rooms;
    this.target = target;
    this.targetPos = targetPos;
  }

  void begin() {
    deadlineNanos = System.nanoTime() + Rooms.REPAIR_MAX.toNanos();
    step();
  }

  void cancel() {
    cancelled = true;
  }

  private void step() {
    Future<Page> page = rooms.past().missed(room);
    page.onComplete(
        found -> {
          if (!cancelled) {
            took(found.succeeded() ? found.result() : new Page.Missing());
          }
        });
  }

  private void took(Page page) {
    switch (page) {
      case Page.Found found -> {
        rooms.meters().repaired(found.source());
        accept(found.events());
        if (room.last() >= target) {
          room.repaired();
          return;
        }
      }
      case Page.Withdrawn withdrawn -> room.withdraw(withdrawn.back());
      case Page.Missing _, Page.Unknown _ -> {}
    }
    again(page instanceof Page.Found found && !found.events().isEmpty());
  }

  private void accept(List<Event> events) {
    for (Event event : events) {
      if (event.prev == room.last()) {
        room.accept(event);
      }
    }
  }

  private void again(boolean atOnce) {
    if (!rooms.connected()) {
      deadlineNanos = System.nanoTime() + Rooms.REPAIR_MAX.toNanos();
    } else if (System.nanoTime() - deadlineNanos > 0) {
      rooms.meters().repaired(Page.Source.NONE);
      Event next = room.firstWaiting();
      if (next != null && next.prev >= target) {
        room.giveUp(next.prev, next.pos - 1);
      } else {
        room.giveUp(target, targetPos);
      }
      return;
    }
    if (atOnce) {
      step();
    } else {
      rooms.later(
          TRY_AGAIN_MS,
          () -> {
            if (!cancelled) {
              step();
            }
          });
    }
  }
}

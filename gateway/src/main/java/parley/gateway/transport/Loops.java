package parley.gateway.transport;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.gateway.room.Loop;

/** The node's loops, by the thread that is running. */
final class Loops {
  private final List<Loop> all;
  private final Map<EventLoop, Loop> byThread = new HashMap<>();

  Loops(List<Loop> loops) {
    this.all = List.copyOf(loops);
    loops.forEach(loop -> byThread.put(((ContextInternal) loop.context()).nettyEventLoop(), loop));
  }

  List<Loop> all() {
    return all;
  }

  /** The loop of the calling thread. */
  Loop current(Vertx vertx) {
    return of((ContextInternal) vertx.getOrCreateContext());
  }

  Loop of(ContextInternal context) {
    Loop loop = byThread.get(context.nettyEventLoop());
    if (loop == null) {
      throw new IllegalStateException("not called on one of the gateway's event loops");
    }
    return loop;
  }
}

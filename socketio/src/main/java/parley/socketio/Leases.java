package parley.socketio;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Renews the sessions of connected sockets, all of an event loop in one call. */
final class Leases {
  private final @Nullable SessionStore store;
  private final long intervalMillis;
  private final Map<Object, LoopLeases> loops = new ConcurrentHashMap<>(); // by event loop

  Leases(SocketIoOptions options) {
    this.store = options.sessions();
    this.intervalMillis = options.renewInterval().toMillis();
  }

  /** On the socket's event loop. */
  void add(Socket socket) {
    if (store != null) {
      loop(socket.context()).add(socket);
    }
  }

  /** On the socket's event loop. */
  void remove(Socket socket) {
    if (store != null) {
      loop(socket.context()).remove(socket);
    }
  }

  /** Renews all that there are of the calling event loop. */
  void renewNow(ContextInternal context) {
    LoopLeases leases = loops.get(context.nettyEventLoop());
    if (leases != null) {
      leases.renew();
    }
  }

  private LoopLeases loop(ContextInternal context) {
    return loops.computeIfAbsent(context.nettyEventLoop(), loop -> new LoopLeases(context));
  }

  /** Used on one event loop only. */
  private final class LoopLeases {
    private final ContextInternal context;
    private final List<Socket> sockets = new ArrayList<>();
    private boolean ticking;

    private LoopLeases(ContextInternal context) {
      this.context = context;
    }

    private void add(Socket socket) {
      socket.leaseIndex = sockets.size();
      sockets.add(socket);
      if (!ticking) {
        ticking = true;
        tickLater();
      }
    }

    private void remove(Socket socket) {
      int index = socket.leaseIndex;
      if (index >= 0) {
        Socket last = sockets.removeLast();
        if (last != socket) {
          sockets.set(index, last);
          last.leaseIndex = index;
        }
        socket.leaseIndex = -1;
      }
    }

    private void tickLater() {
      context.setTimer(intervalMillis, id -> tick());
    }

    private void tick() {
      if (sockets.isEmpty()) {
        ticking = false;
      } else {
        tickLater();
        renew();
      }
    }

    private void renew() {
      SessionStore renewed = store;
      if (renewed != null && !sockets.isEmpty()) {
        renewed.renew(List.copyOf(sockets));
      }
    }
  }
}

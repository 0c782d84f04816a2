package parley.socketio;

import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Rooms of one process, over all its event loops: a broadcast is encoded once and goes to each loop
 * as one task.
 *
 * <p>With recovery ({@link #recovering}) events are numbered and the last ones kept, and {@link
 * #sessions} is the store that goes with it. A client that returns must have been let in with an
 * equal {@link Socket#attachment}, or without any.
 */
public final class InMemoryRooms implements Broadcaster {
  private final Map<EventLoop, LoopRooms> loops = new ConcurrentHashMap<>();

  /**
   * Numbers broadcasts, so that one still on its way to a loop misses who joins there before it
   * arrives.
   */
  private final AtomicLong head;

  private final @Nullable InMemorySessions sessions;

  private InMemoryRooms(AtomicLong head, @Nullable InMemorySessions sessions) {
    this.head = head;
    this.sessions = sessions;
  }

  /**
   * What is kept for clients that come back.
   *
   * @param kept how long after its connection was lost
   * @param sessionsMax how many lost sessions
   * @param eventsMax how many events; who missed more than that cannot be recovered
   * @param eventBytesMax their size together
   */
  public record Limits(Duration kept, int sessionsMax, int eventsMax, long eventBytesMax) {
    public static Limits defaults() {
      return new Limits(Duration.ofMinutes(2), 100_000, 10_000, 32L << 20);
    }
  }

  public static InMemoryRooms create() {
    return new InMemoryRooms(new AtomicLong(), null);
  }

  public static InMemoryRooms recovering(Limits limits) {
    var head = new AtomicLong();
    return new InMemoryRooms(head, new InMemorySessions(limits, head));
  }

  /** The store of sessions that are recovered from these rooms. */
  public SessionStore sessions() {
    if (sessions == null) {
      throw new IllegalStateException("made without recovery: use InMemoryRooms.recovering");
    }
    return sessions;
  }

  @Override
  public void connected(Socket socket) {
    if (!socket.recovered()) {
      socket.deliveredOffset = head.get();
    }
    loop(socket.context()).connected(socket);
  }

  @Override
  public void disconnected(Socket socket) {
    loop(socket.context()).disconnected(socket);
  }

  @Override
  public void joined(Socket socket, String room) {
    // what a recovered socket missed ends with its deliveredOffset, also in the rooms that it joins
    // again
    long since = socket.isRestoring() ? socket.deliveredOffset : head.get();
    loop(socket.context()).joined(socket, room, since);
    if (sessions != null) {
      sessions.joined(socket, room);
    }
  }

  @Override
  public void left(Socket socket, String room) {
    loop(socket.context()).left(socket, room);
    if (sessions != null) {
      sessions.left(socket, room);
    }
  }

  private LoopRooms loop(ContextInternal context) {
    return loops.computeIfAbsent(context.nettyEventLoop(), loop -> new LoopRooms(context));
  }

  @Override
  public void broadcast(Audience audience, String event, List<@Nullable Object> args) {
    InMemorySessions numbering = sessions;
    if (numbering == null) {
      long offset = head.incrementAndGet();
      PreparedPacket packet = PreparedPacket.of(audience.namespace(), event, args, null, false);
      for (LoopRooms loop : loops.values()) {
        loop.deliver(audience, packet, offset);
      }
      packet.release();
    } else if (audience.dropsWhenBusy()) {
      long offset = head.incrementAndGet();
      PreparedPacket packet = PreparedPacket.of(audience.namespace(), event, args, null, true);
      for (LoopRooms loop : loops.values()) {
        loop.deliverLater(audience, packet, offset);
      }
      packet.release();
    } else {
      numbering.number(
          audience,
          event,
          args,
          (packet, offset) -> {
            for (LoopRooms loop : loops.values()) {
              loop.deliverLater(audience, packet, offset);
            }
          });
    }
  }

  @Override
  public void emit(Socket socket, String event, List<@Nullable Object> args) {
    if (sessions == null || socket.pid() == null) {
      Broadcaster.super.emit(socket, event, args);
    } else {
      broadcast(socket.namespace().to(socket.id()), event, args);
    }
  }
}

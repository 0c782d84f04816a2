package parley.socketio;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that clients can come back to, and the last events to replay to them, numbered over the
 * whole process. Safe for use by several threads: everything happens under one lock.
 */
final class InMemorySessions implements SessionStore {
  private final InMemoryRooms.Limits limits;
  private final Map<String, Session> sessions = new HashMap<>();
  private final LinkedHashMap<String, Session> lost = new LinkedHashMap<>(); // by pid, oldest first
  private final ArrayDeque<Numbered> log = new ArrayDeque<>();
  private long logBytes;
  private final AtomicLong head;
  private long dropped;

  /** An event as it was sent to whom. */
  private record Numbered(long offset, Audience audience, PreparedPacket packet) {}

  /** Where the events of numbering go, in order. */
  interface Delivery {
    void deliver(PreparedPacket packet, long offset);
  }

  /** What is known of a session; rooms with the number of the last event before each was joined. */
  private static final class Session {
    private final String sid;
    private final String namespace;
    private final long since;
    private final Map<String, Long> rooms = new HashMap<>();
    private Socket owner;
    private long lostNanos;

    private Session(Socket owner, long since) {
      this.sid = owner.id();
      this.namespace = owner.namespace().name();
      this.since = since;
      this.owner = owner;
    }
  }

  InMemorySessions(InMemoryRooms.Limits limits, AtomicLong head) {
    this.limits = limits;
    this.head = head;
  }

  /** Numbers an event, keeps it, and has it delivered before any later one. */
  synchronized void number(
      Audience audience, String event, List<@Nullable Object> args, Delivery delivery) {
    long offset = head.incrementAndGet();
    PreparedPacket packet =
        PreparedPacket.of(audience.namespace(), event, args, Long.toString(offset), false);
    log.add(new Numbered(offset, audience, packet.copy()));
    logBytes += packet.bytes();
    while (log.size() > limits.eventsMax() || logBytes > limits.eventBytesMax()) {
      Numbered oldest = log.remove();
      logBytes -= oldest.packet.bytes();
      dropped = oldest.offset;
    }
    delivery.deliver(packet, offset);
    packet.release();
  }

  synchronized void joined(Socket socket, String room) {
    Session session = owned(socket);
    if (session != null) {
      session.rooms.putIfAbsent(
          room, head.get()); // a recovered session keeps from where it heard a room
    }
  }

  synchronized void left(Socket socket, String room) {
    Session session = owned(socket);
    if (session != null) {
      session.rooms.remove(room);
    }
  }

  private @Nullable Session owned(Socket socket) {
    String pid = socket.pid();
    Session session = pid == null ? null : sessions.get(pid);
    return session != null && session.owner == socket ? session : null;
  }

  @Override
  public synchronized Future<Void> open(Socket socket) {
    String pid = socket.pid();
    if (pid != null) {
      sessions.put(pid, new Session(socket, head.get()));
    }
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Optional<Recovered>> takeOver(Socket socket, Claim claim) {
    expire();
    Session session = sessions.get(claim.pid());
    long claimed = claim.offset() == null ? 0 : parse(claim.offset());
    if (session == null || claimed < 0 || claimed > head.get() || !belongs(session, socket)) {
      return Future.succeededFuture(Optional.empty());
    }
    long earliest = Math.max(claimed, session.since);
    for (long since : session.rooms.values()) {
      earliest = Math.min(earliest, Math.max(claimed, since));
    }
    if (earliest < dropped) {
      return Future.succeededFuture(Optional.empty());
    }
    List<PreparedPacket> missed = missed(session, claimed);
    Socket previous = session.owner;
    session.owner = socket;
    lost.remove(claim.pid());
    if (socket.attachment() == null) {
      socket.attach(previous.attachment());
    }
    socket.deliveredOffset = head.get();
    previous
        .context()
        .runOnContext(later -> previous.closeConnection()); // if it has not noticed yet
    return Future.succeededFuture(
        Optional.of(
            new Recovered(session.sid, claim.pid(), Set.copyOf(session.rooms.keySet()), missed)));
  }

  private static boolean belongs(Session session, Socket socket) {
    Object who = socket.attachment();
    return session.namespace.equals(socket.namespace().name())
        && (who == null || who.equals(session.owner.attachment()));
  }

  /** A client chooses what it sends as an offset. */
  private static long parse(String offset) {
    try {
      return Long.parseLong(offset);
    } catch (NumberFormatException notOurs) {
      return -1;
    }
  }

  private List<PreparedPacket> missed(Session session, long claimed) {
    Set<String> names = new HashSet<>(session.rooms.keySet());
    names.add(session.sid);
    List<PreparedPacket> missed = new ArrayList<>();
    for (Numbered event : log) {
      if (event.offset > claimed && heard(session, names, event)) {
        missed.add(event.packet.retain());
      }
    }
    return missed;
  }

  private static boolean heard(Session session, Set<String> names, Numbered event) {
    Audience audience = event.audience;
    if (!audience.namespace().equals(session.namespace)
        || audience.except().stream().anyMatch(names::contains)) {
      return false;
    }
    if (audience.rooms().isEmpty() || audience.rooms().contains(session.sid)) {
      return event.offset > session.since;
    }
    for (String room : audience.rooms()) {
      Long since = session.rooms.get(room);
      if (since != null && event.offset > since) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void renew(List<Socket> sockets) {
    // sessions of connected sockets stay until they are lost
  }

  @Override
  public synchronized void lost(Socket socket) {
    Session session = owned(socket);
    String pid = socket.pid();
    if (session != null && pid != null) {
      session.lostNanos = System.nanoTime();
      lost.put(pid, session);
      expire();
    }
  }

  /** The lost ones that waited too long, or are too many. */
  private void expire() {
    long keptNanos = limits.kept().toNanos();
    Iterator<Map.Entry<String, Session>> oldestFirst = lost.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<String, Session> oldest = oldestFirst.next();
      if (System.nanoTime() - oldest.getValue().lostNanos < keptNanos
          && lost.size() <= limits.sessionsMax()) {
        return;
      }
      oldestFirst.remove();
      sessions.remove(oldest.getKey());
    }
  }

  @Override
  public synchronized void forget(Socket socket) {
    if (owned(socket) != null) {
      sessions.remove(socket.pid());
    }
  }
}

package parley.socketio;

import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The sockets of one event loop, by namespace, id and room. Used on that loop, except where it says
 * otherwise.
 */
final class LoopRooms {
  private final ContextInternal context;
  private final Map<String, Members> namespaces = new HashMap<>();

  private record Members(Map<String, Socket> byId, Map<String, Set<Socket>> rooms) {
    private void send(Set<Socket> to, Audience audience, PreparedPacket packet, long offset) {
      Set<Socket> excluded = new HashSet<>();
      for (String room : audience.except()) {
        excluded.addAll(in(room));
      }
      for (Socket socket : to) {
        boolean wanted = !audience.dropsWhenBusy() || socket.isWritable();
        boolean isNew = offset == 0 || offset > socket.deliveredOffset;
        if (wanted && isNew && !excluded.contains(socket)) {
          socket.send(packet);
          socket.flushSoon();
        }
      }
    }

    private Set<Socket> in(String room) {
      Set<Socket> members = rooms.getOrDefault(room, Set.of());
      Socket named = byId.get(room);
      if (named == null) {
        return members;
      }
      Set<Socket> both = new LinkedHashSet<>(members);
      both.add(named);
      return both;
    }
  }

  LoopRooms(ContextInternal context) {
    this.context = context;
  }

  void connected(Socket socket) {
    namespaces
        .computeIfAbsent(
            socket.namespace().name(), name -> new Members(new HashMap<>(), new HashMap<>()))
        .byId
        .put(socket.id(), socket);
  }

  void disconnected(Socket socket) {
    String namespace = socket.namespace().name();
    Members members = namespaces.get(namespace);
    if (members == null) {
      return;
    }
    socket.rooms().forEach(room -> left(socket, room));
    members.byId.remove(socket.id(), socket);
    if (members.byId.isEmpty()) {
      namespaces.remove(namespace);
    }
  }

  void joined(Socket socket, String room) {
    Members members = namespaces.get(socket.namespace().name());
    if (members != null) {
      members.rooms.computeIfAbsent(room, name -> new LinkedHashSet<>()).add(socket);
    }
  }

  void left(Socket socket, String room) {
    Members members = namespaces.get(socket.namespace().name());
    Set<Socket> inRoom = members == null ? null : members.rooms.get(room);
    if (members != null && inRoom != null) {
      inRoom.remove(socket);
      if (inRoom.isEmpty()) {
        members.rooms.remove(room);
      }
    }
  }

  /**
   * At once when called on this loop, so that a socket hears events in the order in which it was
   * sent them. Any thread.
   */
  void deliver(Audience audience, PreparedPacket packet, long offset) {
    packet.retain();
    context.execute(() -> deliverNow(audience, packet, offset));
  }

  /** In the order of the calls, whatever threads they come from. Any thread. */
  void deliverLater(Audience audience, PreparedPacket packet, long offset) {
    packet.retain();
    context.nettyEventLoop().execute(() -> deliverNow(audience, packet, offset));
  }

  private void deliverNow(Audience audience, PreparedPacket packet, long offset) {
    Members members = namespaces.get(audience.namespace());
    if (members != null) {
      members.send(recipients(members, audience), audience, packet, offset);
    }
    packet.release();
  }

  private static Set<Socket> recipients(Members members, Audience audience) {
    if (audience.rooms().isEmpty()) {
      return new LinkedHashSet<>(members.byId.values());
    }
    if (audience.rooms().size() == 1) {
      return members.in(audience.rooms().iterator().next());
    }
    Set<Socket> all = new LinkedHashSet<>();
    audience.rooms().forEach(room -> all.addAll(members.in(room)));
    return all;
  }
}

package parley.socketio;

import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

  /** Sockets by id, and by room with the number of the last broadcast before each joined. */
  private record Members(Map<String, Socket> byId, Map<String, Map<Socket, Long>> rooms) {
    private Set<Socket> everyone(long offset) {
      Set<Socket> all = new LinkedHashSet<>();
      for (Socket socket : byId.values()) {
        if (offset > socket.deliveredOffset) {
          all.add(socket);
        }
      }
      return all;
    }

    private void addMembers(String room, long offset, Set<Socket> to) {
      rooms
          .getOrDefault(room, Map.of())
          .forEach(
              (socket, since) -> {
                if (offset > since) {
                  to.add(socket);
                }
              });
      Socket named = byId.get(room);
      if (named != null && offset > named.deliveredOffset) {
        to.add(named);
      }
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

  void joined(Socket socket, String room, long since) {
    Members members = namespaces.get(socket.namespace().name());
    if (members != null) {
      members.rooms.computeIfAbsent(room, name -> new LinkedHashMap<>()).put(socket, since);
    }
  }

  void left(Socket socket, String room) {
    Members members = namespaces.get(socket.namespace().name());
    Map<Socket, Long> inRoom = members == null ? null : members.rooms.get(room);
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
      for (Socket socket : recipients(members, audience, offset)) {
        if (!audience.dropsWhenBusy() || socket.isWritable()) {
          socket.send(packet);
          socket.flushSoon();
        }
      }
    }
    packet.release();
  }

  private static Set<Socket> recipients(Members members, Audience audience, long offset) {
    Set<Socket> recipients;
    if (audience.rooms().isEmpty()) {
      recipients = members.everyone(offset);
    } else {
      recipients = new LinkedHashSet<>();
      audience.rooms().forEach(room -> members.addMembers(room, offset, recipients));
    }
    if (!audience.except().isEmpty()) {
      Set<Socket> excluded = new HashSet<>();
      audience.except().forEach(room -> members.addMembers(room, Long.MAX_VALUE, excluded));
      recipients.removeAll(excluded);
    }
    return recipients;
  }
}

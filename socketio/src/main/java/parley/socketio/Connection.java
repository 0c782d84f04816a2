package parley.socketio;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.engineio.CloseReason;
import parley.engineio.EngineSession;
import parley.engineio.Outgoing;
import parley.engineio.SessionIds;
import parley.engineio.SessionListener;

/** One client's connection with its sockets, one for each namespace. On its event loop only. */
final class Connection implements SessionListener {
  private static final byte[] NO_JSON = new byte[0];
  private static final byte[] INVALID_NAMESPACE =
      "{\"message\":\"Invalid namespace\"}".getBytes(StandardCharsets.UTF_8);

  private final SocketIoServer server;
  private final EngineSession session;
  private @Nullable Socket only; // the usual case, without a map
  private @Nullable Map<String, Socket> sockets; // by namespace, once there were two
  private @Nullable Attachments attachments;

  Connection(SocketIoServer server, EngineSession session) {
    this.server = server;
    this.session = session;
  }

  EngineSession session() {
    return session;
  }

  // what comes in

  @Override
  public void onText(byte[] bytes, int from, int to) {
    server.options().counters().received(to - from);
    try {
      if (attachments != null) {
        throw new MalformedPacket("text between attachments");
      }
      received(server.parser().parse(bytes, from, to));
    } catch (MalformedPacket e) {
      malformed();
    }
  }

  @Override
  public void onBinary(byte[] bytes) {
    server.options().counters().received(bytes.length);
    Attachments filling = attachments;
    try {
      if (filling == null) {
        throw new MalformedPacket("binary that belongs to nothing");
      }
      if (filling.add(bytes, server.options().attachmentBytesMax())) {
        attachments = null;
        Packet packet = filling.packet();
        deliver(packet, filling.fill());
      }
    } catch (MalformedPacket e) {
      malformed();
    }
  }

  private void malformed() {
    server.options().counters().malformed();
    session.close(CloseReason.PARSE_ERROR);
  }

  private void received(Packet packet) throws MalformedPacket {
    Socket socket = socket(packet.namespace());
    if (packet.type() == PacketType.CONNECT) {
      if (socket != null) {
        throw new MalformedPacket("connected already");
      }
      connect(packet);
      return;
    }
    if (socket == null || !socket.isConnected()) {
      throw new MalformedPacket("not connected");
    }
    JsonArray args = packet.args();
    if (packet.type().isBinary()) {
      attachments = new Attachments(packet);
    } else if (args != null) {
      deliver(packet, args);
    } else {
      remove(socket);
      socket.disconnected(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
    }
  }

  private void deliver(Packet packet, JsonArray args) {
    Socket socket = socket(packet.namespace());
    if (socket == null || !socket.isConnected()) {
      return; // left while its attachments arrived
    }
    switch (packet.type()) {
      case ACK, BINARY_ACK -> socket.receivedAck(packet.ackId(), args);
      case EVENT, BINARY_EVENT -> {
        String name = String.valueOf(args.remove(0));
        Ack ack = packet.ackId() == Packet.NO_ACK ? Ack.UNWANTED : answer(socket, packet.ackId());
        socket.received(new Event(name, args, ack));
      }
      case CONNECT, DISCONNECT, CONNECT_ERROR -> {}
    }
  }

  private Ack answer(Socket socket, long ackId) {
    var answered = new AtomicBoolean();
    return args -> {
      if (answered.compareAndSet(false, true)) {
        var list = Arrays.asList(args);
        session.run(
            () -> {
              if (socket.isConnected()) {
                write(
                    PacketWriter.args(
                        PacketType.ACK, socket.namespace().name(), ackId, null, list));
              }
            });
      }
    };
  }

  @Override
  public void onDrain() {
    for (Socket socket : all()) {
      if (socket.isConnected()) {
        socket.drained();
      }
    }
  }

  // what goes out

  /** Sends what was made for this client alone. */
  void write(Outgoing packet) {
    session.send(packet);
    packet.release();
    session.flushSoon();
  }

  void write(PacketType type, String namespace, byte[] json) {
    write(PacketWriter.text(type, namespace, Packet.NO_ACK, json));
  }

  // sockets

  private @Nullable Socket socket(String namespace) {
    Map<String, Socket> several = sockets;
    if (several != null) {
      return several.get(namespace);
    }
    Socket one = only;
    return one != null && one.namespace().name().equals(namespace) ? one : null;
  }

  private int count() {
    Map<String, Socket> several = sockets;
    return several != null ? several.size() : only == null ? 0 : 1;
  }

  private List<Socket> all() {
    Map<String, Socket> several = sockets;
    if (several != null) {
      return new ArrayList<>(several.values());
    }
    return only == null ? List.of() : List.of(only);
  }

  private void add(Socket socket) {
    Socket one = only;
    Map<String, Socket> several = sockets;
    if (several == null && one == null) {
      only = socket;
      return;
    }
    if (several == null && one != null) {
      several = new HashMap<>();
      several.put(one.namespace().name(), one);
      sockets = several;
      only = null;
    }
    if (several != null) {
      several.put(socket.namespace().name(), socket);
    }
  }

  /** Forgets a socket. */
  void remove(Socket socket) {
    Map<String, Socket> several = sockets;
    if (several != null) {
      several.remove(socket.namespace().name(), socket);
    } else if (only == socket) {
      only = null;
    }
  }

  private void connect(Packet packet) throws MalformedPacket {
    JsonObject auth = packet.auth();
    Namespace namespace = server.find(packet.namespace());
    if (namespace == null || auth == null) {
      server.options().counters().connectRefused();
      write(PacketType.CONNECT_ERROR, packet.namespace(), INVALID_NAMESPACE);
      return;
    }
    if (count() >= server.options().namespacesMax()) {
      throw new MalformedPacket("too many namespaces");
    }
    var socket = new Socket(this, namespace, auth, SessionIds.randomId());
    add(socket);
    new Admission(server, this, socket).start();
  }

  void disconnect(Socket socket) {
    if (socket.isConnected()) {
      write(PacketType.DISCONNECT, socket.namespace().name(), NO_JSON);
      remove(socket);
      socket.disconnected(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    }
  }

  void disconnectAll() {
    all().forEach(this::disconnect);
    session.flush();
    session.close(CloseReason.FORCED_SERVER_CLOSE);
  }

  @Override
  public void onClose(CloseReason reason) {
    List<Socket> lost = all();
    attachments = null;
    sockets = null;
    only = null;
    for (Socket socket : lost) {
      if (socket.isConnected()) {
        socket.disconnected(DisconnectReason.of(reason));
      } else {
        socket.abandoned();
      }
    }
  }
}

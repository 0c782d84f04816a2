package parley.socketio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the user of the server does with the sockets of a namespace. Set by any thread, read by
 * event loops.
 */
final class NamespaceHandlers {
  final List<Middleware> middlewares = new CopyOnWriteArrayList<>();
  volatile @Nullable Consumer<Socket> connection;
  volatile @Nullable SocketEventHandler event;
  volatile @Nullable DisconnectHandler disconnect;
  volatile @Nullable Consumer<Socket> drain;
}

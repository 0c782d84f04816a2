package parley.socketio;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A namespace, or, when made from a predicate, all those that match it: these share handlers, while
 * each has its own sockets and rooms. Handlers are set before clients connect; broadcasts are
 * callable by any thread.
 */
public final class Namespace {
  private final SocketIoServer server;
  private final String name;
  private final NamespaceHandlers handlers;

  Namespace(SocketIoServer server, String name, NamespaceHandlers handlers) {
    this.server = server;
    this.name = name;
    this.handlers = handlers;
  }

  public String name() {
    return name;
  }

  public SocketIoServer server() {
    return server;
  }

  NamespaceHandlers handlers() {
    return handlers;
  }

  /** The same handlers under another name. */
  Namespace named(String other) {
    return new Namespace(server, other, handlers);
  }

  /** Adds a middleware behind those there are. */
  public Namespace use(Middleware middleware) {
    handlers.middlewares.add(middleware);
    return this;
  }

  /** Called for each socket on its event loop, behind its CONNECT. */
  public Namespace onConnection(Consumer<Socket> handler) {
    handlers.connection = handler;
    return this;
  }

  /** For all sockets, instead of {@link Socket#on} for each. */
  public Namespace onEvent(@Nullable SocketEventHandler handler) {
    handlers.event = handler;
    return this;
  }

  /** For all sockets, instead of {@link Socket#onDisconnect} for each; it is called behind that. */
  public Namespace onDisconnect(DisconnectHandler handler) {
    handlers.disconnect = handler;
    return this;
  }

  /**
   * Called when a socket that was not writable is so again, for all of them, instead of {@link
   * Socket#onDrain}.
   */
  public Namespace onDrain(Consumer<Socket> handler) {
    handlers.drain = handler;
    return this;
  }

  /** Everyone in the namespace. */
  public Audience everyone() {
    return Audience.all(server.options().broadcaster(), name);
  }

  /** Members of any of the rooms; a socket's id is a room. */
  public Audience to(String... rooms) {
    return everyone().to(rooms);
  }

  /** Everyone but the members of these rooms. */
  public Audience except(String... rooms) {
    return everyone().except(rooms);
  }

  /** To everyone in the namespace. Arguments as in {@link Socket#emit}. */
  public void emit(String event, @Nullable Object... args) {
    everyone().emit(event, args);
  }
}

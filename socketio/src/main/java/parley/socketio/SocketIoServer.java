package parley.socketio;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.engineio.EngineServer;

/**
 * A Socket.IO server for requests of a Vert.x {@code HttpServer}:
 *
 * <pre>{@code
 * SocketIoServer io = SocketIoServer.create(vertx, SocketIoOptions.builder().build());
 * io.onConnection(socket -> socket.on("chat message", (args, ack) -> io.emit("chat message", args.getString(0))));
 * vertx.createHttpServer(io.httpOptions()).requestHandler(request -> {
 *   if (io.handles(request)) io.handle(request); else request.response().setStatusCode(404).end();
 * }).listen(3000);
 * }</pre>
 *
 * One can serve any number of event loops. Several in one process (one for each instance of a
 * verticle, say) work as one when their options share {@link parley.engineio.EngineOptions#node},
 * {@link SocketIoOptions#broadcaster} and {@link SocketIoOptions#sessions}.
 */
public final class SocketIoServer {
  private static final String ROOT = "/";

  private final SocketIoOptions options;
  private final EngineServer engine;
  private final PacketParser parser;
  private final Leases leases;
  private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();
  private final List<DynamicNamespace> dynamic = new CopyOnWriteArrayList<>();

  private record DynamicNamespace(Predicate<String> matches, Namespace parent) {}

  private SocketIoServer(Vertx vertx, SocketIoOptions options) {
    this.options = options;
    this.parser = new PacketParser(options.attachmentsMax(), options.depthMax());
    this.leases = new Leases(options);
    this.engine =
        EngineServer.create(vertx, options.engine(), session -> new Connection(this, session));
  }

  public static SocketIoServer create(Vertx vertx, SocketIoOptions options) {
    var server = new SocketIoServer(vertx, options);
    server.of(ROOT);
    return server;
  }

  public SocketIoOptions options() {
    return options;
  }

  /** Options for an HTTP server under which the limits of this server hold for WebSockets too. */
  public HttpServerOptions httpOptions() {
    return options.engine().applyTo(new HttpServerOptions());
  }

  /** Whether the request is for this server, by its path. */
  public boolean handles(HttpServerRequest request) {
    return engine.handles(request);
  }

  /** Takes a request over, on its own context, within the turn it arrived in. */
  public void handle(HttpServerRequest request) {
    engine.handle(request);
  }

  /**
   * The namespace of that name: one that matches a predicate given before, or else one that exists
   * from now on.
   */
  public Namespace of(String name) {
    String rooted = name.startsWith("/") ? name : "/" + name;
    Namespace found = find(rooted);
    return found != null
        ? found
        : namespaces.computeIfAbsent(
            rooted, missing -> new Namespace(this, missing, new NamespaceHandlers()));
  }

  /** All namespaces whose name matches, as clients ask for them. */
  public Namespace ofMatching(Predicate<String> matches) {
    var parent = new Namespace(this, "*", new NamespaceHandlers());
    dynamic.add(new DynamicNamespace(matches, parent));
    return parent;
  }

  @Nullable Namespace find(String name) {
    Namespace fixed = namespaces.get(name);
    if (fixed != null) {
      return fixed;
    }
    for (DynamicNamespace candidate : dynamic) {
      if (candidate.matches.test(name)) {
        return candidate.parent.named(name);
      }
    }
    return null;
  }

  /**
   * Has the store renew the sessions of this event loop's sockets now, since it may have lost some.
   * On that event loop.
   */
  public void renewSessions(ContextInternal context) {
    leases.renewNow(context);
  }

  PacketParser parser() {
    return parser;
  }

  Leases leases() {
    return leases;
  }

  // the root namespace, for short

  public Namespace use(Middleware middleware) {
    return of(ROOT).use(middleware);
  }

  public Namespace onConnection(Consumer<Socket> handler) {
    return of(ROOT).onConnection(handler);
  }

  public void emit(String event, @Nullable Object... args) {
    of(ROOT).emit(event, args);
  }

  public Audience to(String... rooms) {
    return of(ROOT).to(rooms);
  }

  public Audience except(String... rooms) {
    return of(ROOT).except(rooms);
  }

  /**
   * Takes no new clients and closes the connections there are, each at a random moment of the
   * window. Clients are not told that they were disconnected, so they come back, to another node if
   * there is one.
   */
  public Future<Void> close(Duration window) {
    return engine.close(window);
  }
}

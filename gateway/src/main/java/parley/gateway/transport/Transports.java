package parley.gateway.transport;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.Secret;
import parley.chassis.health.Health;
import parley.engineio.EngineNode;
import parley.engineio.EngineOptions;
import parley.engineio.SessionIds;
import parley.gateway.bus.Bus;
import parley.gateway.room.Rooms;
import parley.gateway.session.Callers;
import parley.gateway.session.ServiceClient;
import parley.gateway.session.Sessions;
import parley.websocket.FramedConnections;

/**
 * The gateway's ports and all that is spoken there. The ports are opened first, since the node's
 * address is told to others before it serves; until then requests are refused.
 */
public final class Transports {
  private static final String SOCKET_IO_PATH = "/socket.io/";
  private static final int PAYLOAD_BYTES_MAX = 1_000_000;
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final TransportSettings settings;
  private final Secret clusterSecret;
  private final List<Context> contexts;
  private final MeterRegistry registry;
  private final Clients clients;
  private final LastAnswers lastAnswers = new LastAnswers();
  private final PublicPort publicPort;
  private final InternalPort internalPort;
  private @Nullable Serving serving;

  public Transports(
      Vertx vertx,
      TransportSettings settings,
      Secret clusterSecret,
      Health health,
      List<Context> contexts,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.settings = settings;
    this.clusterSecret = clusterSecret;
    this.contexts = List.copyOf(contexts);
    this.registry = registry;
    this.clients = new Clients(registry);
    this.publicPort = new PublicPort(vertx, health, lastAnswers);
    this.internalPort = new InternalPort(vertx, clusterSecret);
  }

  /** What lives while the node serves. */
  private record Serving(Nodes nodes, SocketIoDoor socketIo, Owners owners, Sessions sessions) {}

  /** The ports that were opened. */
  public record Ports(int open, int internal) {}

  public Future<Ports> listen(String host, int port, int internal) {
    return internalPort
        .listen(host, internal, PAYLOAD_BYTES_MAX, contexts)
        .compose(
            internalBound ->
                publicPort
                    .listen(host, port, settings.keepAlive(), PAYLOAD_BYTES_MAX, contexts)
                    .map(bound -> new Ports(bound, internalBound)));
  }

  /** From now on requests are served. */
  public void serve(
      Bus bus,
      Rooms rooms,
      Sessions sessions,
      Callers callers,
      ServiceClient chat,
      ServiceClient history) {
    Loops loops = new Loops(rooms.loops());
    Nodes nodes = new Nodes(vertx, bus);
    AllowedOrigins origins = new AllowedOrigins(settings.origins(), nodes);
    Credentials credentials =
        new Credentials(callers, sessions, chat, settings.guests(), settings.trustProxy());
    FramedConnections connections = settings.sockets().connections();
    Owners owners = new Owners(vertx, bus, clusterSecret.reveal());
    EngineNode engineNode = new EngineNode();
    SocketIoMeters meters = new SocketIoMeters(registry, clients, engineNode);
    PassedOnPolls passedOn = new PassedOnPolls(vertx, owners, meters, settings.pingInterval());
    SocketIoDoor socketIo =
        new SocketIoDoor(
            vertx,
            loops,
            sessions,
            credentials,
            EngineOptions.builder()
                .path(SOCKET_IO_PATH)
                .pingInterval(settings.pingInterval())
                .pingTimeout(settings.pingTimeout())
                .payloadBytesMax(PAYLOAD_BYTES_MAX)
                .ids(SessionIds.ofNode(bus.nodeId()))
                .foreignSids(passedOn)
                .origins(origins.forSocketIo())
                .connections(connections)
                .node(engineNode)
                .counters(meters)
                .build(),
            meters,
            settings.recovery());
    EventRequests events = new EventRequests(vertx, loops, sessions, credentials, clients);
    PlainSockets plain =
        new PlainSockets(
            vertx,
            loops,
            sessions,
            credentials,
            origins,
            connections,
            clients,
            new PlainSocket.Heartbeat(settings.pingInterval(), settings.pingTimeout()));
    Api api =
        new Api(
            vertx,
            loops,
            sessions,
            credentials,
            origins,
            nodes,
            events,
            new ServiceProxy(clusterSecret.reveal()),
            lastAnswers,
            chat,
            history);
    nodes.start();
    serving = new Serving(nodes, socketIo, owners, sessions);
    internalPort.serve(rooms, socketIo);
    publicPort.serve(
        new PublicPort.Doors(
            bus.nodeId(),
            socketIo,
            plain,
            events,
            origins,
            api,
            new Page(vertx, nodes, settings.page())));
  }

  /** Takes no new clients, waits for the answers that are due, and sends the clients elsewhere. */
  public Future<Void> drain() {
    Serving now = serving;
    if (now == null) {
      return Future.succeededFuture();
    }
    publicPort.drain();
    return now.sessions()
        .answered(ANSWERS_WITHIN)
        .compose(
            nothing ->
                Future.join(
                        now.socketIo().server().close(settings.drainWindow()),
                        now.sessions().sendAway(settings.drainWindow()))
                    .mapEmpty());
  }

  public Future<Void> close() {
    Serving now = serving;
    Future<Void> polls = Future.succeededFuture();
    if (now != null) {
      now.nodes().stop();
      polls = now.owners().close();
    }
    return Future.join(publicPort.close(), internalPort.close(), polls).mapEmpty();
  }
}

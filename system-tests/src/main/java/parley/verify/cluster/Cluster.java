package parley.verify.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import parley.backing.Backing;
import parley.backing.FreePort;
import parley.backing.PostgresServer;
import parley.backing.RedisServer;
import parley.verify.fault.FaultProxy;

/**
 * Gateways, chat-services and history-services as processes, Redis with a replica, Postgres, and a
 * {@link FaultProxy} on every connection between two of them and in front of every gateway.
 */
public final class Cluster implements AutoCloseable {
  public static final String TOKEN_SECRET = "verify-token-secret-of-32-characters";
  public static final String CLUSTER_SECRET = "verify-cluster-secret";
  private static final Duration READY_MAX = Duration.ofMinutes(3);

  /** A service that gives up while it starts is started again, as a supervisor would do it. */
  private static final int START_AGAIN_MAX = 4;

  private static final long POLL_NANOS = 50_000_000;

  /** How many of each. */
  public record Size(int gateways, int chatServices, int historyServices) {}

  private final List<ServiceProcess> gateways = new ArrayList<>();
  private final List<ServiceProcess> chatServices = new ArrayList<>();
  private final List<ServiceProcess> historyServices = new ArrayList<>();
  private final Map<String, FaultProxy> links = new HashMap<>();
  private final List<FaultProxy> doors = new ArrayList<>();
  private final List<Integer> gatewayPorts = new ArrayList<>();
  private final List<Integer> servicePorts = new ArrayList<>();
  private final List<Integer> internalPorts = new ArrayList<>();
  private final List<Path> before;
  private final Path folder;
  private final Health health = new Health();
  private final PostgresServer postgres;
  private final RedisPair redis = new RedisPair();

  private Cluster(List<Path> before, Path folder) {
    this.before = List.copyOf(before);
    this.folder = folder;
    postgres = Backing.postgresServer().start();
  }

  /** Starts everything as it is shipped. */
  public static Cluster start(Size size, Map<String, String> settings, Path folder) {
    return start(size, settings, List.of(), folder);
  }

  /**
   * Starts everything and waits until each gateway says that it is ready.
   *
   * @param before folders of classes that stand before the shipped ones
   */
  public static Cluster start(
      Size size, Map<String, String> settings, List<Path> before, Path folder) {
    var cluster = new Cluster(before, folder);
    // Who stops the command stops them too.
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::endServices));
    try {
      cluster.startServices(size, settings);
      cluster.awaitServices();
      cluster.gateways.forEach(ServiceProcess::start);
      cluster.awaitReady();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startServices(Size size, Map<String, String> settings) {
    List<Integer> chatPorts = freePorts(size.chatServices());
    List<Integer> historyPorts = freePorts(size.historyServices());
    gatewayPorts.addAll(freePorts(size.gateways()));
    internalPorts.addAll(freePorts(size.gateways()));
    servicePorts.addAll(historyPorts);
    servicePorts.addAll(chatPorts);
    String chat = addresses("chat-service", chatPorts);
    String history = addresses("history-service", historyPorts);
    for (int i = 0; i < size.historyServices(); i++) {
      var environment = environment("history-service-" + i, settings);
      environment.put("PARLEY_HISTORY_PORT", Integer.toString(historyPorts.get(i)));
      environment.put("PARLEY_CHAT", chat);
      historyServices.add(process("history-service-" + i, "parley.history.Main", environment));
    }
    for (int i = 0; i < size.chatServices(); i++) {
      var environment = environment("chat-service-" + i, settings);
      environment.put("PARLEY_CHAT_PORT", Integer.toString(chatPorts.get(i)));
      environment.put("PARLEY_HISTORY", history);
      chatServices.add(process("chat-service-" + i, "parley.chat.Main", environment));
    }
    for (int i = 0; i < size.gateways(); i++) {
      var environment = environment("gateway-" + i, settings);
      environment.remove("PARLEY_POSTGRES");
      environment.put("PARLEY_PORT", Integer.toString(gatewayPorts.get(i)));
      environment.put("PARLEY_INTERNAL_PORT", Integer.toString(internalPorts.get(i)));
      environment.put("PARLEY_CHAT", chat);
      environment.put("PARLEY_HISTORY", history);
      gateways.add(process("gateway-" + i, "parley.gateway.Main", environment));
      doors.add(proxy("clients > gateway-" + i, gatewayPorts.get(i)));
    }
    historyServices.forEach(ServiceProcess::start);
    chatServices.forEach(ServiceProcess::start);
  }

  /** Waits until chat-services and history-services listen. */
  private void awaitServices() {
    long until = System.nanoTime() + READY_MAX.toNanos();
    int again = 0;
    while (!servicePorts.stream().allMatch(Health::listens)) {
      for (ServiceProcess process :
          Stream.concat(historyServices.stream(), chatServices.stream()).toList()) {
        if (!process.isAlive()) {
          if (++again > START_AGAIN_MAX) {
            throw new IllegalStateException(process + " does not start");
          }
          process.start();
        }
      }
      if (System.nanoTime() > until) {
        throw new IllegalStateException("Some services do not listen; logs are in " + folder);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Until a process answers on its operations port, started again if it gave up. */
  private void awaitOpen(ServiceProcess process) {
    long until = System.nanoTime() + READY_MAX.toNanos();
    while (!health.isReady(opsPort(process)) && System.nanoTime() < until) {
      if (!process.isAlive()) {
        process.start();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Starts again what has ended by itself, as whoever runs services does; gives their names. */
  public List<String> revive() {
    List<ServiceProcess> dead = processes().stream().filter(process -> !process.isAlive()).toList();
    dead.forEach(ServiceProcess::start);
    return dead.stream().map(ServiceProcess::name).toList();
  }

  private Map<String, String> environment(String name, Map<String, String> settings) {
    var environment = new HashMap<String, String>();
    environment.put("PARLEY_HOST", "127.0.0.1");
    environment.put("PARLEY_CLUSTER_SECRET", CLUSTER_SECRET);
    environment.put("PARLEY_TOKEN_SECRET", TOKEN_SECRET);
    environment.put("PARLEY_GUESTS", "on");
    environment.put("PARLEY_CREATE_ROOMS", "on");
    FaultProxy toRedis = proxy(name + " > redis", redis.master().port());
    environment.put("PARLEY_REDIS", "redis://127.0.0.1:" + toRedis.port());
    if (!name.startsWith("gateway")) {
      FaultProxy toPostgres = proxy(name + " > postgres", postgres.port());
      environment.put(
          "PARLEY_POSTGRES",
          postgres.url().replace(":" + postgres.port(), ":" + toPostgres.port()));
    }
    environment.putAll(settings);
    if (name.startsWith("gateway")) {
      environment.remove("PARLEY_POSTGRES");
    }
    return environment;
  }

  private String addresses(String service, List<Integer> ports) {
    var addresses = new ArrayList<String>();
    for (int i = 0; i < ports.size(); i++) {
      FaultProxy proxy = proxy("processes > " + service + "-" + i, ports.get(i));
      addresses.add("http://127.0.0.1:" + proxy.port());
    }
    return String.join(",", addresses);
  }

  private FaultProxy proxy(String name, int port) {
    var proxy = new FaultProxy(port);
    links.put(name, proxy);
    return proxy;
  }

  private ServiceProcess process(String name, String main, Map<String, String> environment) {
    int operationsPort = FreePort.find();
    environment.put("PARLEY_OPS_PORT", Integer.toString(operationsPort));
    return new ServiceProcess(name, main, environment, before, folder, operationsPort);
  }

  /** All service processes. */
  public List<ServiceProcess> processes() {
    return Stream.of(historyServices, chatServices, gateways).flatMap(List::stream).toList();
  }

  public List<ServiceProcess> gateways() {
    return List.copyOf(gateways);
  }

  public List<ServiceProcess> chatServices() {
    return List.copyOf(chatServices);
  }

  public List<ServiceProcess> historyServices() {
    return List.copyOf(historyServices);
  }

  /** Every proxied connection by its name, such as {@code gateway-0 > redis}. */
  public Map<String, FaultProxy> links() {
    return Map.copyOf(links);
  }

  /** The gateways' own addresses, with no proxy in front. */
  public List<URI> addresses() {
    return gatewayPorts.stream().map(port -> URI.create("http://127.0.0.1:" + port)).toList();
  }

  /** What only Parley's own processes should reach: the services, and the gateways' inner ports. */
  public List<URI> internalAddresses() {
    return Stream.concat(servicePorts.stream(), internalPorts.stream())
        .map(port -> URI.create("http://127.0.0.1:" + port))
        .toList();
  }

  /** One proxied connection by its name. */
  public FaultProxy link(String name) {
    FaultProxy link = links.get(name);
    if (link == null) {
      throw new IllegalArgumentException("There is no connection " + name);
    }
    return link;
  }

  /** Where clients connect: a proxy in front of each gateway. */
  public List<URI> doors() {
    return doors.stream().map(door -> URI.create("http://127.0.0.1:" + door.port())).toList();
  }

  public PostgresServer postgres() {
    return postgres;
  }

  public RedisServer redisMaster() {
    return redis.master();
  }

  /** The replica becomes master, the old master is killed and comes back as its replica. */
  public void failOver() {
    redis.failOver(
        port ->
            links.forEach(
                (name, proxy) -> {
                  if (name.endsWith("> redis")) {
                    proxy.retarget(port);
                  }
                }));
  }

  /** See {@link RedisPair#demoteAndPromote}. */
  public void demoteAndPromote(Duration apart) {
    redis.demoteAndPromote(apart);
  }

  /** One after another is stopped cleanly and started again; the next when it answers. */
  public void restartAll() {
    for (ServiceProcess process : processes()) {
      process.stop();
      process.start();
      awaitOpen(process);
    }
  }

  /** How many entries the log of a shard may hold. */
  public int logEntriesMax() {
    return Integer.parseInt(chatServices.getFirst().setting("PARLEY_ROOM_LOG_ENTRIES"));
  }

  /** The public port of a gateway itself, without a proxy before it. */
  public int port(int gateway) {
    return gatewayPorts.get(gateway);
  }

  private static int opsPort(ServiceProcess process) {
    return process.operations().getPort();
  }

  /**
   * One value out of a process' metrics, summed; NaN if it does not answer.
   *
   * @param labels those that count, as they are written; empty for all
   */
  public double metric(ServiceProcess process, String name, String labels) {
    return health.metric(opsPort(process), name, labels);
  }

  /** Whether a gateway says of itself that it is ready. */
  public boolean isReady(ServiceProcess gateway) {
    return health.isReady(gatewayPorts.get(gateways.indexOf(gateway)));
  }

  /** Waits until each gateway's own health says that it is ready. */
  public void awaitReady() {
    long until = System.nanoTime() + READY_MAX.toNanos();
    while (!gatewayPorts.stream().allMatch(health::isReady)) {
      revive();
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "The cluster is not ready; logs are in "
                + folder
                + "; gateways at "
                + gatewayPorts.stream()
                    .map(port -> port + (health.isReady(port) ? " ready" : " not ready"))
                    .collect(Collectors.joining(", ")));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Whether the gateway says that it is ready. */
  public boolean isReady(int gateway) {
    return health.isReady(gatewayPorts.get(gateway));
  }

  /** Ends every fault: processes run, servers are up, connections pass. */
  public void heal() {
    links.values().forEach(link -> link.set(FaultProxy.Mode.PASS));
    processes()
        .forEach(
            process -> {
              process.resume();
              if (!process.isAlive()) {
                process.start();
              }
            });
  }

  private static List<Integer> freePorts(int count) {
    return IntStream.range(0, count).mapToObj(i -> FreePort.find()).toList();
  }

  @Override
  public void close() {
    endServices();
    links.values().forEach(FaultProxy::close);
    redis.close();
    postgres.close();
    health.close();
  }

  private void endServices() {
    processes().forEach(ServiceProcess::end);
  }
}

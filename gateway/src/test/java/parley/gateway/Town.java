package parley.gateway;

import io.micrometer.core.instrument.Measurement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import parley.backing.Backing;
import parley.backing.FreePort;
import parley.backing.RedisServer;
import parley.chassis.config.Settings;
import parley.chassis.metrics.Metrics;
import parley.chassis.postgres.PostgresAddress;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.chat.ChatService;
import parley.chat.ChatSettings;
import parley.history.HistoryService;
import parley.history.HistorySettings;

/**
 * The whole system in this JVM: real Redis and Postgres, both services, and gateways that can be
 * cut off.
 */
final class Town implements AutoCloseable {
  private static final String SECRET = "a-secret-of-the-tests-that-is-long-enough";
  static final Duration SOON = Duration.ofSeconds(15);

  final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  final RedisServer redis = Backing.freshRedis();
  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final Map<String, String> environment = new HashMap<>();
  private final List<Running> running = new ArrayList<>();
  private final List<Replica> chats = new ArrayList<>();
  private final HistoryService history;
  private final TokenSigner signer;

  private record Replica(ChatService chat, Vertx vertx, Metrics metrics) {}

  private record Running(Gateway gateway, Vertx vertx, Metrics metrics) {}

  private Town(int replicas, Map<String, String> more) {
    environment.putAll(
        Map.of(
            "PARLEY_REDIS", redis.url(),
            "PARLEY_POSTGRES", Backing.freshDatabase(),
            "PARLEY_CLUSTER_SECRET", "secret-of-the-cluster",
            "PARLEY_TOKEN_SECRET", SECRET,
            "PARLEY_SHARDS", "4",
            "PARLEY_GUESTS", "on",
            "PARLEY_CREATE_ROOMS", "on",
            "PARLEY_PORT", "0",
            "PARLEY_DRAIN", "300ms"));
    List<Integer> chatPorts = Stream.generate(FreePort::find).limit(replicas).toList();
    int historyPort = FreePort.find();
    environment.put("PARLEY_HISTORY_PORT", Integer.toString(historyPort));
    environment.put(
        "PARLEY_CHAT",
        chatPorts.stream()
            .map(port -> "http://127.0.0.1:" + port)
            .collect(Collectors.joining(",")));
    environment.put("PARLEY_HISTORY", "http://127.0.0.1:" + historyPort);
    environment.putAll(more);
    signer = TokenSigner.of(Settings.read(TokenSettings.class, environment)).orElseThrow();
    chatPorts.forEach(this::startChat);
    history =
        get(
            HistoryService.start(
                vertx, Settings.read(HistorySettings.class, environment), metrics.registry()));
  }

  static Town with(int gateways, String... settings) {
    return withReplicas(1, gateways, settings);
  }

  /** With several chat-services, of which the gateways ask the first that answers. */
  static Town withReplicas(int chats, int gateways, String... settings) {
    Map<String, String> more = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      more.put(settings[i], settings[i + 1]);
    }
    Town town = new Town(chats, more);
    for (int i = 0; i < gateways; i++) {
      town.addGateway();
    }
    return town;
  }

  private void startChat(int port) {
    Map<String, String> own = new HashMap<>(environment);
    own.put("PARLEY_CHAT_PORT", Integer.toString(port));
    Vertx loops = Vertx.vertx();
    ChatSettings settings = Settings.read(ChatSettings.class, own);
    Metrics measured = new Metrics();
    ChatService chat = get(ChatService.start(loops, settings, measured.registry()));
    chats.add(new Replica(chat, loops, measured));
  }

  /** It answers nobody any more, whatever it was about to do. */
  void cutOffChat(int index) {
    Replica gone = chats.remove(index);
    get(gone.vertx().close());
    gone.metrics().close();
  }

  int addGateway() {
    int index = startGateway(Map.of());
    Awaitility.await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> get(index, "/health/ready", null).statusCode() == 200);
    return index;
  }

  /** One with settings of its own, which may never be ready. */
  int startGateway(Map<String, String> more) {
    Map<String, String> own = new HashMap<>(environment);
    own.putAll(more);
    Vertx loops = Vertx.vertx();
    Metrics measured = new Metrics();
    Gateway gateway =
        get(Gateway.start(loops, Settings.read(GatewaySettings.class, own), measured));
    running.add(new Running(gateway, loops, measured));
    return running.size() - 1;
  }

  Gateway gateway(int index) {
    return running.get(index).gateway();
  }

  int port(int index) {
    return gateway(index).port();
  }

  String url(int index) {
    return "http://127.0.0.1:" + port(index);
  }

  /** A counter of one gateway. */
  double counted(int index, String name, String label, String value) {
    return running.get(index).metrics().registry().get(name).tag(label, value).meters().stream()
        .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
        .mapToDouble(Measurement::getValue)
        .sum();
  }

  /** What must have been accepted. */
  JsonObject rest(int gateway, String method, String path, String token, String body) {
    HttpResponse<String> answer = call(gateway, method, "/api" + path, token, body);
    if (answer.statusCode() > 299) {
      throw new IllegalStateException(method + " " + path + ": " + answer.body());
    }
    return new JsonObject(answer.body());
  }

  /** The code of the error that a request is refused with. */
  String refusal(int gateway, String method, String path, String token, String body) {
    HttpResponse<String> answer = call(gateway, method, "/api" + path, token, body);
    return answer.statusCode() < 300
        ? "ok"
        : new JsonObject(answer.body()).getJsonObject("error").getString("code");
  }

  /** All its sockets are closed at once, nobody is told goodbye. */
  void cutOff(int index) {
    get(running.get(index).vertx().close());
  }

  String token(String user) {
    return token(user, Duration.ofHours(1));
  }

  String token(String user, Duration validFor) {
    return signer.sign(user, name(user), List.of(), Optional.empty(), validFor);
  }

  String token(String user, List<String> roles, Optional<List<String>> rooms) {
    return signer.sign(user, name(user), roles, rooms, Duration.ofHours(1));
  }

  private static String name(String user) {
    return Character.toUpperCase(user.charAt(0)) + user.substring(1);
  }

  HttpResponse<String> get(int gateway, String path, String token) {
    return call(gateway, "GET", path, token, null);
  }

  HttpResponse<String> post(int gateway, String path, String token, String body) {
    return call(gateway, "POST", path, token, body);
  }

  HttpResponse<String> call(int gateway, String method, String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(gateway) + path))
            .timeout(Duration.ofSeconds(40))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  /** As a browser asks that has a session cookie. */
  HttpResponse<String> withCookie(int gateway, String method, String path, String cookie) {
    return withCookie(gateway, method, path, cookie, "");
  }

  HttpResponse<String> withCookie(
      int gateway, String method, String path, String cookie, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url(gateway) + path))
            .timeout(Duration.ofSeconds(40))
            .header("Cookie", cookie)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a query of one column finds in Postgres. */
  List<String> sql(String query) {
    PgConnectOptions options =
        PostgresAddress.of(environment.get("PARLEY_POSTGRES")).connectOptions();
    return get(
        PgConnection.connect(vertx, options)
            .compose(
                connection ->
                    connection
                        .query(query)
                        .execute()
                        .map(
                            rows -> {
                              List<String> found = new ArrayList<>();
                              rows.forEach(row -> found.add(String.valueOf(row.getValue(0))));
                              return found;
                            })
                        .eventually(connection::close)));
  }

  /** All values of hashes, streams and texts. */
  String everythingInRedis() {
    StringBuilder all = new StringBuilder();
    for (String key : redis.command("KEYS", "*").lines().toList()) {
      switch (redis.command("TYPE", key)) {
        case "hash" -> all.append(redis.command("HGETALL", key));
        case "stream" -> all.append(redis.command("XRANGE", key, "-", "+"));
        case "string" -> all.append(redis.command("GET", key));
        default -> {} // sets hold ids only
      }
      all.append('\n');
    }
    return all.toString();
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    for (Running one : running) {
      get(one.vertx().close());
    }
    get(history.stop());
    for (Replica replica : chats) {
      get(replica.chat().stop());
      get(replica.vertx().close());
      replica.metrics().close();
    }
    get(vertx.close());
    metrics.close();
    redis.close();
  }
}

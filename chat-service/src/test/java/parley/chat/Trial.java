package parley.chat;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.chassis.config.Secret;
import parley.chassis.config.Settings;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisOptions;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.protocol.LogEntry;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.Shards;
import parley.protocol.functions.FunctionCall;

/** One Redis, one database, one peer and some replicas of chat-service, for one test class. */
public final class Trial implements AutoCloseable {
  public static final int SHARDS = 4;
  static final String SECRET = "the secret of this cluster";
  static final String TOKEN_SECRET = "a secret for tokens of thirty-two characters and more";

  public final Vertx vertx = Vertx.vertx();
  public final RedisServer redis;
  public final String postgres;
  public final Peer peer = new Peer(vertx, SECRET);
  public final RedisKeys keys = new RedisKeys(new Shards(SHARDS));
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final RedisLink link;
  public final Pool pool;
  private final List<ChatService> replicas = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final TokenSigner signer =
      TokenSigner.of(
              new TokenSettings(
                  Optional.of(new Secret(TOKEN_SECRET)),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Duration.ZERO,
                  Set.of()))
          .orElseThrow();

  public Trial() {
    this(1);
  }

  public Trial(int replicas) {
    redis = Backing.redisServer().appendOnly().start();
    postgres = Backing.freshDatabase();
    link =
        RedisLink.open(
            vertx,
            RedisOptions.of(RedisAddress.of(redis.url()))
                .prepare(parley.chassis.redis.Functions::load));
    await(link.whenUp());
    pool = Postgres.pool(vertx, PostgresAddress.of(postgres), Postgres.Options.of("test"));
    peer.log = this::log;
    for (int i = 0; i < replicas; i++) {
      add(Map.of());
    }
  }

  /** Starts one more replica. */
  public ChatService add(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PARLEY_REDIS", redis.url());
    environment.put("PARLEY_POSTGRES", postgres);
    environment.put("PARLEY_CLUSTER_SECRET", SECRET);
    environment.put("PARLEY_TOKEN_SECRET", TOKEN_SECRET);
    environment.put("PARLEY_CHAT_PORT", "0");
    environment.put("PARLEY_HISTORY", peer.url());
    environment.put("PARLEY_SHARDS", Integer.toString(SHARDS));
    environment.put("PARLEY_GUESTS", "on");
    environment.put("PARLEY_CREATE_ROOMS", "on");
    environment.put("PARLEY_ADMINS", "root");
    environment.putAll(more);
    ChatSettings settings = Settings.read(ChatSettings.class, environment, environment.keySet());
    ChatService service = await(ChatService.start(vertx, settings, meters));
    replicas.add(service);
    return service;
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().orTimeout(30, SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** A status and what came with it. */
  public record Answer(int status, JsonObject json) {
    public String code() {
      return json.getJsonObject("error", new JsonObject()).getString("code");
    }
  }

  public String token(String user) {
    return token(user, Duration.ofHours(1), List.of());
  }

  public String token(String user, Duration validFor, List<String> roles, String... rooms) {
    String name = user.substring(0, 1).toUpperCase(Locale.ROOT) + user.substring(1);
    Optional<List<String>> only =
        rooms.length == 0 ? Optional.empty() : Optional.of(List.of(rooms));
    return signer.sign(user, name, roles, only, validFor);
  }

  /** A request of a person to the first replica. */
  public Answer as(String user, String method, String path, Object... body) {
    return at(0, "Authorization", "Bearer " + token(user), method, "/api" + path, body);
  }

  /** A request of a peer to the first replica. */
  public Answer inside(String method, String path, Object... body) {
    return at(0, "Parley-Cluster", SECRET, method, "/internal" + path, body);
  }

  public Answer at(
      int replica, String header, String value, String method, String path, Object... body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + replicas.get(replica).port() + path))
              .timeout(Duration.ofSeconds(20));
      if (!header.isEmpty()) {
        request.header(header, value);
      }
      if (body.length > 0) {
        request.header("Content-Type", "application/json");
      }
      String text =
          body.length == 0 ? null : body[0] instanceof JsonObject o ? o.encode() : (String) body[0];
      request.method(
          method,
          text == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(text));
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body()));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public ChatService replica(int index) {
    return replicas.get(index);
  }

  public RowSet<Row> sql(String sql, Object... values) {
    return await(pool.preparedQuery(sql).execute(Tuple.wrap(values)));
  }

  public Response redis(String command, String... arguments) {
    Request request = Request.cmd(Command.create(command));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return await(link.send(request));
  }

  public List<?> call(FunctionCall call) {
    return await(new RedisAdapter(link).call(call));
  }

  public RoomKeys room(String room) {
    return keys.room(room);
  }

  /** The events of a room that are in the log. */
  public List<JsonObject> log(String room) {
    List<JsonObject> events = new ArrayList<>();
    Response entries = redis("XRANGE", room(room).shard().log(), "-", "+");
    for (Response entry : entries) {
      String field = entry.get(1).get(0).toString();
      LogEntry read =
          LogEntry.parse(field, entry.get(1).get(1).toString().getBytes(StandardCharsets.UTF_8));
      if (read instanceof LogEntry.Event event && event.room().equals(room)) {
        events.add(new JsonObject(event.json()));
      }
    }
    return events;
  }

  @Override
  public void close() {
    replicas.forEach(replica -> await(replica.stop()));
    await(link.close());
    await(pool.close());
    peer.close();
    redis.close();
    await(vertx.close());
  }
}

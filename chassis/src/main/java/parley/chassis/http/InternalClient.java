package parley.chassis.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.Secret;
import parley.protocol.ErrorCode;

/**
 * Calls another kind of Parley's processes, of which several may run: round robin, past an address
 * that does not answer to the next, within one bounded time. A call that may have been done is not
 * tried again unless doing it twice is the same as once.
 */
public final class InternalClient {

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
  private static final int CONNECTIONS_MAX = 64;
  private static final int WAITING_MAX = 1_000;
  private static final int IDLE_SECONDS = 30;
  private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;
  private static final Set<HttpMethod> REPEATABLE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE);

  private final Context context;
  private final HttpClient client;
  private final Secret secret;
  private final Duration within;
  private final Addresses addresses;

  private InternalClient(
      Context context, HttpClient client, Addresses addresses, Secret secret, Duration within) {
    this.context = context;
    this.client = client;
    this.addresses = addresses;
    this.secret = secret;
    this.within = within;
  }

  /** Calls take at most {@code within} as a whole, however many addresses are tried. */
  public static InternalClient open(
      Vertx vertx, List<URI> addresses, Secret secret, Duration within) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(Math.toIntExact(CONNECT_WITHIN.toMillis()))
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpNoDelay(true);
    PoolOptions pool =
        new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX);
    return new InternalClient(
        vertx.getOrCreateContext(),
        vertx.createHttpClient(options, pool),
        new Addresses(addresses),
        secret,
        within);
  }

  public Future<JsonObject> get(String path) {
    return call(HttpMethod.GET, path, null);
  }

  public Future<JsonObject> post(String path, JsonObject body) {
    return call(HttpMethod.POST, path, body);
  }

  public Future<JsonObject> put(String path, JsonObject body) {
    return call(HttpMethod.PUT, path, body);
  }

  /** The answer's JSON; every failure is a {@link CallFailed}. */
  public Future<JsonObject> call(HttpMethod method, String path, @Nullable JsonObject body) {
    return call(method, path, body, null, REPEATABLE.contains(method));
  }

  /** As above; a POST that may be done twice is {@code repeatable}. */
  public Future<JsonObject> call(
      HttpMethod method,
      String path,
      @Nullable JsonObject body,
      @Nullable String bearer,
      boolean repeatable) {
    Call call =
        new Call(
            method,
            path,
            body == null ? null : body.toBuffer(),
            bearer,
            repeatable,
            System.nanoTime() + within.toNanos());
    if (Vertx.currentContext() != null) {
      return attempt(call, addresses.inTurn(), 0);
    }
    // From a foreign thread a fast answer's body would be over before anybody listens to it.
    Promise<JsonObject> promise = Promise.promise();
    context.runOnContext(ignored -> attempt(call, addresses.inTurn(), 0).onComplete(promise));
    return promise.future();
  }

  private record Call(
      HttpMethod method,
      String path,
      @Nullable Buffer body,
      @Nullable String bearer,
      boolean repeatable,
      long deadline) {

    private long millisLeft() {
      return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  private Future<JsonObject> attempt(Call call, List<URI> inTurn, int index) {
    long left = call.millisLeft();
    if (index == inTurn.size() || left <= 0) {
      return Future.failedFuture(unavailable("no process answers at present", false));
    }
    URI address = inTurn.get(index);
    boolean lastChance = index == inTurn.size() - 1 || !call.repeatable;
    long share = lastChance ? left : Math.max(1, left / 2);
    boolean[] sent = {false};
    return connect(call, address, share)
        .compose(
            request -> {
              sent[0] = true;
              Future<JsonObject> answer =
                  (call.body == null ? request.send() : request.send(call.body))
                      .compose(InternalAnswer::read);
              return answer.timeout(share, TimeUnit.MILLISECONDS).onFailure(e -> request.reset());
            })
        .recover(
            e -> {
              if (e instanceof CallFailed told
                  && !told.error().code().equals(ErrorCode.UNAVAILABLE)) {
                return Future.failedFuture(e);
              }
              addresses.failed(address);
              boolean notDone = !sent[0] || (e instanceof CallFailed told && !told.mayHaveRun());
              if (notDone || call.repeatable) {
                return attempt(call, inTurn, index + 1)
                    .recover(next -> Future.failedFuture(first(e, next)));
              }
              return Future.failedFuture(unavailable(String.valueOf(e.getMessage()), true));
            });
  }

  /** What the last address in turn said is told only if the first said nothing itself. */
  private static Throwable first(Throwable earlier, Throwable later) {
    return earlier instanceof CallFailed ? earlier : later;
  }

  private Future<HttpClientRequest> connect(Call call, URI address, long millis) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(call.method)
            .setAbsoluteURI(address + call.path)
            .setConnectTimeout(Math.min(millis, CONNECT_WITHIN.toMillis()))
            .putHeader(ClusterSecret.HEADER, secret.reveal())
            .putHeader("Accept", "application/json");
    if (call.body != null) {
      options.putHeader("Content-Type", "application/json");
    }
    if (call.bearer != null) {
      options.putHeader("Authorization", "Bearer " + call.bearer);
    }
    return client.request(options).timeout(millis, TimeUnit.MILLISECONDS);
  }

  static CallFailed unavailable(String why, boolean mayHaveRun) {
    return new CallFailed(ErrorAnswer.of(ErrorCode.UNAVAILABLE, why), mayHaveRun);
  }

  static int answerBytesMax() {
    return ANSWER_BYTES_MAX;
  }

  public Future<Void> close() {
    return client.close();
  }

  /** Whether JSON can be had from these bytes, and what it is. */
  static JsonObject json(Buffer bytes) {
    try {
      return bytes.length() == 0 ? new JsonObject() : new JsonObject(bytes);
    } catch (DecodeException | ClassCastException e) {
      throw unavailable("the answer is no JSON object", true);
    }
  }
}

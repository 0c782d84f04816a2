package parley.chassis.redis;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.RedisUnavailable.Kind;

/**
 * Keeps one connection up: connects, greets, prepares, hands it over, watches it, and begins again
 * when it is gone, for ever, with a jittered wait in between. Owned by one event loop.
 */
final class Dialer {

  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
  private static final long CHECKS_PER_PING = 4;
  private static final int ATTEMPTS_PER_LOG_LINE = 20;

  /** Who uses the connection; called on the owning event loop. */
  interface User {
    void up(Conversation conversation, Response hello);

    void down(String why);

    void push(Response push);

    /** Called regularly while the connection is up. */
    void tick(Conversation conversation, long now);
  }

  private final ContextInternal context;
  private final RedisOptions options;
  private final User user;
  private final NetClient client;
  private final MasterFinder master;
  private final long checkTimer;
  private @Nullable Conversation talking;
  private boolean up;
  private boolean closed;
  private int failures;

  Dialer(ContextInternal context, RedisOptions options, User user) {
    this.context = context;
    this.options = options;
    this.user = user;
    this.client =
        context
            .owner()
            .createNetClient(
                new NetClientOptions()
                    .setConnectTimeout(Math.toIntExact(options.connectWithin().toMillis()))
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setSsl(options.address().tls())
                    .setHostnameVerificationAlgorithm(options.address().tls() ? "HTTPS" : ""));
    this.master = new MasterFinder(context, client, options);
    long period = Math.max(10, options.pingEvery().toMillis() / CHECKS_PER_PING);
    this.checkTimer = context.setPeriodic(period, ignored -> check());
    context.runOnContext(ignored -> dial());
  }

  private void dial() {
    if (closed) {
      return;
    }
    master
        .find()
        .compose(found -> client.connect(found.socketAddress()))
        .compose(
            socket -> {
              Handler<Response> pushes = user::push;
              Conversation fresh =
                  new Conversation(context, socket, options.inFlightMax(), pushes, this::lost);
              talking = fresh;
              return greet(fresh)
                  .compose(master::checkRole)
                  .compose(hello -> prepare(fresh).map(hello))
                  .onSuccess(hello -> ready(fresh, hello))
                  .onFailure(e -> fresh.close(Kind.LOST, String.valueOf(e.getMessage())));
            })
        .onFailure(e -> failed(String.valueOf(e.getMessage())));
  }

  private Future<Response> greet(Conversation fresh) {
    return fresh
        .send(options.address().hello())
        .compose(
            hello ->
                options.address().database() == 0
                    ? Future.succeededFuture(hello)
                    : fresh
                        .send(Request.cmd(Command.SELECT).arg(options.address().database()))
                        .map(hello));
  }

  /** Runs every preparation, one after the other. */
  Future<Void> prepare(RedisCommands connection) {
    Future<Void> prepared = Future.succeededFuture();
    for (Preparation preparation : options.preparations()) {
      prepared = prepared.compose(ignored -> preparation.prepare(connection).mapEmpty());
    }
    return prepared;
  }

  private void ready(Conversation fresh, Response hello) {
    if (closed || fresh != talking) {
      fresh.close(Kind.CLOSED, "closed while it connected");
      failed("closed while it connected");
      return;
    }
    LOG.info("connected to Redis at {}", options.address());
    failures = 0;
    up = true;
    user.up(fresh, hello);
  }

  /** The connection that was talked on has ended; before it was up, {@link #failed} is told. */
  private void lost(String why) {
    talking = null;
    if (up) {
      up = false;
      LOG.warn("lost Redis at {}: {}", options.address(), why);
      user.down(why);
      failed(why);
    }
  }

  private void failed(String why) {
    if (closed || up) {
      return;
    }
    failures++;
    if (failures % ATTEMPTS_PER_LOG_LINE == 2) {
      LOG.warn("Redis at {} cannot be reached ({} attempts): {}", options.address(), failures, why);
    }
    context.setTimer(options.backoff().delay(failures), ignored -> dial());
  }

  private void check() {
    Conversation current = talking;
    if (current == null) {
      return;
    }
    long now = System.nanoTime();
    current.check(now, options.answerWithin(), options.pingEvery().plus(options.answerWithin()));
    if (up && current == talking) {
      if (current.silentFor(now) > options.pingEvery().toNanos() && current.idle()) {
        current.send(Request.cmd(Command.PING));
      }
      user.tick(current, now);
    }
  }

  /** Drops the connection and begins anew, as when it had broken. */
  void drop(String why) {
    Conversation current = talking;
    if (current != null) {
      current.close(Kind.LOST, why);
    }
  }

  Future<Void> close() {
    closed = true;
    context.owner().cancelTimer(checkTimer);
    Conversation current = talking;
    up = false;
    if (current != null) {
      current.close(Kind.CLOSED, "closed by this side");
    }
    return Objects.requireNonNull(client).shutdown(0, TimeUnit.MILLISECONDS);
  }
}

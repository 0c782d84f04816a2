package parley.chassis.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisUnavailable.Kind;

/**
 * The one command connection of an event loop to a Redis master. It comes back by itself after each
 * loss; until then requests fail at once, so that their sender decides what to do. Usable from any
 * thread; answers and callbacks come on the event loop that owns it.
 */
public final class RedisLink implements RedisCommands {

  private final ContextInternal context;
  private final List<Runnable> onUp = new ArrayList<>();
  private final List<Runnable> onDown = new ArrayList<>();
  private final Dialer dialer;
  private @Nullable Conversation conversation;
  private Promise<Void> whenUp;
  private @Nullable Future<Void> preparingAgain;
  private volatile boolean isUp;
  private volatile boolean closed;

  private RedisLink(ContextInternal context, RedisOptions options) {
    this.context = context;
    this.whenUp = context.promise();
    this.dialer = new Dialer(context, options, new Connection());
  }

  /** A link on an event loop of its own. */
  public static RedisLink open(Vertx vertx, RedisOptions options) {
    return open(((VertxInternal) vertx).createEventLoopContext(), options);
  }

  /** A link on the event loop of {@code context}. */
  public static RedisLink open(Context context, RedisOptions options) {
    if (!context.isEventLoopContext()) {
      throw new IllegalArgumentException("a Redis link is owned by an event loop");
    }
    return new RedisLink((ContextInternal) context, options);
  }

  /** Done at the first moment from now on at which the link is up. */
  public Future<Void> whenUp() {
    return onLoop(() -> whenUp.future());
  }

  public boolean isUp() {
    return isUp;
  }

  /** Called each time the link has come up and is prepared, before any waiting sender goes on. */
  public void onUp(Runnable callback) {
    context.runOnContext(ignored -> onUp.add(callback));
  }

  /** Called each time the link has gone down, after the requests under way have failed. */
  public void onDown(Runnable callback) {
    context.runOnContext(ignored -> onDown.add(callback));
  }

  @Override
  public Future<Response> send(Request request) {
    return onLoop(
        () -> conversation == null ? Future.failedFuture(down()) : conversation.send(request));
  }

  @Override
  public List<Future<Response>> batch(List<Request> requests) {
    if (context.inThread()) {
      return batchNow(requests);
    }
    List<Promise<Response>> promises = new ArrayList<>();
    requests.forEach(ignored -> promises.add(context.promise()));
    context.runOnContext(
        ignored -> {
          List<Future<Response>> answers = batchNow(requests);
          for (int i = 0; i < answers.size(); i++) {
            answers.get(i).onComplete(promises.get(i));
          }
        });
    return promises.stream().map(Promise::future).toList();
  }

  private List<Future<Response>> batchNow(List<Request> requests) {
    if (conversation != null) {
      return conversation.batch(requests);
    }
    Future<Response> failed = Future.failedFuture(down());
    return requests.stream().map(ignored -> failed).toList();
  }

  /**
   * Runs the preparations once more on the live connection, for when Redis answers that it has
   * forgotten the functions. Calls at the same time share one run.
   */
  public Future<Void> prepareAgain() {
    return onLoop(
        () -> {
          if (preparingAgain != null) {
            return preparingAgain;
          }
          if (conversation == null) {
            return Future.failedFuture(down());
          }
          Future<Void> run = dialer.prepare(conversation);
          preparingAgain = run;
          return run.onComplete(ignored -> preparingAgain = null);
        });
  }

  /** Gives this connection up and makes a new one: it turned out not to lead to the master. */
  public void reconnect(String why) {
    context.runOnContext(ignored -> dialer.drop(why));
  }

  /** Commands that wait for their answer; for metrics. */
  public Future<Integer> inFlight() {
    return onLoop(() -> Future.succeededFuture(conversation == null ? 0 : conversation.inFlight()));
  }

  public Future<Void> close() {
    closed = true;
    return onLoop(
        () -> {
          isUp = false;
          conversation = null;
          whenUp.tryFail(down());
          return dialer.close();
        });
  }

  private RedisUnavailable down() {
    return closed
        ? new RedisUnavailable(Kind.CLOSED, "this link to Redis is closed")
        : new RedisUnavailable(Kind.DOWN, "Redis is not connected");
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> step) {
    if (context.inThread()) {
      return step.get();
    }
    Promise<T> promise = context.promise();
    context.runOnContext(ignored -> step.get().onComplete(promise));
    return promise.future();
  }

  private final class Connection implements Dialer.User {

    @Override
    public void up(Conversation fresh, Response hello) {
      conversation = fresh;
      isUp = true;
      List.copyOf(onUp).forEach(Runnable::run);
      whenUp.tryComplete();
    }

    @Override
    public void down(String why) {
      conversation = null;
      isUp = false;
      if (whenUp.future().isComplete()) {
        whenUp = context.promise();
      }
      List.copyOf(onDown).forEach(Runnable::run);
    }

    /** A connection without subscriptions gets no pushes that matter. */
    @Override
    public void push(Response push) {}

    @Override
    public void tick(Conversation current, long now) {}
  }
}

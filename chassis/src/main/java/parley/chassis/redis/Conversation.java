package parley.chassis.redis;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.ParserHandler;
import io.vertx.redis.client.impl.RESPParser;
import io.vertx.redis.client.impl.RequestImpl;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisUnavailable.Kind;

/**
 * One TCP connection to Redis from its first byte to its end: commands out, answers in their order,
 * pushes apart from them. Everything happens on the event loop of the socket.
 *
 * <p>Requests, replies and their codec are vertx-redis-client's. Its own connection is not used: it
 * takes a waiting command's promise away for each push that arrives, calls a SUBSCRIBE done once it
 * is written, and fails a whole batch for one command's error.
 */
final class Conversation implements RedisCommands, ParserHandler {

  private static final int NESTING_MAX = 32;

  private final ContextInternal context;
  private final NetSocket socket;
  private final int inFlightMax;
  private final Handler<Response> pushes;
  private final Handler<String> onClose;
  private final Deque<Asked> asked = new ArrayDeque<>();
  private @Nullable RedisUnavailable end;
  private long heardAt = System.nanoTime();
  private long heardAtLastCheck;

  /** What Redis was asked and has not answered yet. */
  private sealed interface Asked {
    long at();

    void fail(RuntimeException cause);
  }

  private record Single(Promise<Response> promise, long at) implements Asked {
    @Override
    public void fail(RuntimeException cause) {
      promise.tryFail(cause);
    }
  }

  /** (Un)subscribing is answered by one push for each channel, and by nothing else. */
  private record Confirmations(
      String word, Set<String> left, Handler<String> each, Promise<Void> promise, long at)
      implements Asked {
    @Override
    public void fail(RuntimeException cause) {
      promise.tryFail(cause);
    }
  }

  Conversation(
      ContextInternal context,
      NetSocket socket,
      int inFlightMax,
      Handler<Response> pushes,
      Handler<String> onClose) {
    this.context = context;
    this.socket = socket;
    this.inFlightMax = inFlightMax;
    this.pushes = pushes;
    this.onClose = onClose;
    RESPParser parser = new RESPParser(this, NESTING_MAX);
    socket
        .handler(
            bytes -> {
              heardAt = System.nanoTime();
              parse(parser, bytes);
            })
        .closeHandler(ignored -> ended(Kind.LOST, "the connection was closed"))
        .exceptionHandler(e -> close(Kind.LOST, String.valueOf(e.getMessage())));
  }

  private void parse(RESPParser parser, Buffer bytes) {
    if (end != null) {
      return;
    }
    try {
      parser.handle(bytes);
    } catch (RuntimeException e) {
      // The parser is in the middle of something now, nothing after it can be trusted.
      close(Kind.LOST, "an answer could not be read: " + e);
    }
  }

  @Override
  public Future<Response> send(Request request) {
    return batch(List.of(request)).getFirst();
  }

  @Override
  public List<Future<Response>> batch(List<Request> requests) {
    List<Future<Response>> answers = new ArrayList<>(requests.size());
    RedisUnavailable refused = refusal(requests.size());
    Buffer bytes = Buffer.buffer();
    long now = System.nanoTime();
    for (Request request : requests) {
      Promise<Response> promise = context.promise();
      answers.add(promise.future());
      if (refused != null) {
        promise.fail(refused);
      } else {
        bytes.appendBuffer(((RequestImpl) request).encode());
        asked.add(new Single(promise, now));
      }
    }
    write(bytes);
    return answers;
  }

  /** Done once Redis has confirmed every channel; {@code each} is told of one after the other. */
  Future<Void> confirmed(
      Command command, String word, List<String> channels, Handler<String> each) {
    Promise<Void> promise = context.promise();
    RedisUnavailable refused = refusal(channels.size());
    if (refused != null) {
      promise.fail(refused);
      return promise.future();
    }
    Request request = Request.cmd(command);
    channels.forEach(request::arg);
    asked.add(new Confirmations(word, new HashSet<>(channels), each, promise, System.nanoTime()));
    write(((RequestImpl) request).encode());
    return promise.future();
  }

  /**
   * Takes a push as the confirmation that is due; false where it is none, as with a subscription
   * that Redis ended unasked.
   */
  boolean confirm(String word, String channel) {
    if (asked.peek() instanceof Confirmations head
        && head.word.equals(word)
        && head.left.remove(channel)) {
      head.each.handle(channel);
      if (head.left.isEmpty()) {
        asked.poll();
        head.promise.tryComplete();
      }
      return true;
    }
    return false;
  }

  private @Nullable RedisUnavailable refusal(int more) {
    if (end != null) {
      return new RedisUnavailable(Kind.DOWN, "Redis is not connected");
    }
    if (asked.size() + more > inFlightMax) {
      return new RedisUnavailable(
          Kind.BUSY, "more than " + inFlightMax + " commands wait for Redis' answer");
    }
    return null;
  }

  private void write(Buffer bytes) {
    if (end == null && bytes.length() > 0) {
      socket.write(bytes).onFailure(e -> close(Kind.LOST, "a write failed: " + e.getMessage()));
    }
  }

  @Override
  public void handle(@Nullable Response reply) {
    if (reply != null && reply.type() == ResponseType.PUSH) {
      pushes.handle(reply);
      return;
    }
    switch (asked.poll()) {
      case Single command -> answer(command.promise, reply);
      case Confirmations refused -> refused.fail(new RedisRefusal(String.valueOf(reply)));
      case null -> close(Kind.LOST, "an answer came that nobody had asked for");
    }
  }

  private static void answer(Promise<Response> promise, @Nullable Response reply) {
    if (reply != null && reply.type() == ResponseType.ERROR) {
      promise.tryFail(new RedisRefusal(reply.toString()));
    } else {
      promise.tryComplete(reply);
    }
  }

  @Override
  public void fail(Throwable unreadable) {
    close(Kind.LOST, "an answer could not be read: " + unreadable.getMessage());
  }

  /**
   * Closes when the oldest command has waited for too long, or nothing at all was heard. Not at the
   * first look: after a stall of this process the answer may be there and only not read yet.
   */
  void check(long now, Duration answerWithin, Duration silentMax) {
    boolean heardSince = heardAt != heardAtLastCheck;
    heardAtLastCheck = heardAt;
    if (heardSince) {
      return;
    }
    Asked oldest = asked.peek();
    if (oldest != null && now - oldest.at() > answerWithin.toNanos()) {
      close(Kind.LOST, "no answer within " + answerWithin.toMillis() + " ms");
    } else if (silentFor(now) > silentMax.toNanos()) {
      close(Kind.LOST, "nothing was heard for " + silentMax.toMillis() + " ms");
    }
  }

  /** Nanoseconds since the last byte came. */
  long silentFor(long now) {
    return now - heardAt;
  }

  boolean idle() {
    return asked.isEmpty();
  }

  int inFlight() {
    return asked.size();
  }

  void close(Kind kind, String why) {
    ended(kind, why);
    socket.close();
  }

  private void ended(Kind kind, String why) {
    if (end != null) {
      return;
    }
    RedisUnavailable cause = new RedisUnavailable(kind, "Redis is not connected: " + why);
    end = cause;
    for (Asked waiting = asked.poll(); waiting != null; waiting = asked.poll()) {
      waiting.fail(cause);
    }
    onClose.handle(why);
  }
}

package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.Functions;
import parley.chassis.redis.RedisRefusal;
import parley.chassis.redis.RedisUnavailable;
import parley.gateway.bus.Line.Call;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;
import parley.protocol.RedisKeys;
import parley.protocol.Seq;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;

/**
 * A lane's appends: tried again, in order and under the same key, until they are answered or their
 * time is up. Thread of its lane only.
 */
final class Appends {
  /**
   * An append that is not answered by then is refused as unavailable; its key makes repeating it
   * safe.
   */
  static final Duration APPEND_MAX = Duration.ofSeconds(8);

  /**
   * Appends of this lane without an answer, under way or waiting; more are refused as overloaded.
   * What Redis takes of a node in a fraction of a second: who waits longer had better ask again.
   */
  static final int OPEN_MAX = 2_000;

  /** Rooms whose line is kept. */
  private static final int LINES_MAX = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(Appends.class);
  private static final long TEND_MS = 200;
  private static final long PAUSE_MS = 150;

  private final ContextInternal context;
  private final RedisKeys keys;
  private final String node;
  private final Batch batch;
  private final Cures cures;
  private final BusMeters meters;
  private final Map<String, Line> lines = new HashMap<>();
  private long order;
  private int open;
  private boolean stopped;

  Appends(
      Context context, RedisKeys keys, String node, Batch batch, Cures cures, BusMeters meters) {
    this.context = (ContextInternal) context;
    this.keys = keys;
    this.node = node;
    this.batch = batch;
    this.cures = cures;
    this.meters = meters;
  }

  Future<Appended> append(Speaker user, @Nullable String key, EventTail tail) {
    if (stopped || open >= OPEN_MAX) {
      return context.failedFuture(
          stopped
              ? Refused.of(ErrorCode.UNAVAILABLE, "this node is stopping")
              : Refused.of(ErrorCode.OVERLOADED, "too many messages wait for Redis"));
    }
    open++;
    Line line = line(tail.room());
    long number = order++;
    Append.Key used =
        key == null ? new Append.Key.Own("~" + node + "." + number) : new Append.Key.Client(key);
    Call call = new Call(number, user, used, tail.json(), context.promise());
    if (!line.isHeldUp()) {
      send(line, call);
    } else {
      line.insert(call);
    }
    return call.promise.future();
  }

  private Line line(String room) {
    Line line = lines.get(room);
    if (line == null) {
      if (lines.size() >= LINES_MAX) {
        lines.values().removeIf(Line::isIdle);
      }
      line = new Line(keys.room(room));
      lines.put(room, line);
    }
    return line;
  }

  private void send(Line line, Call call) {
    line.inFlight++;
    batch
        .send(line.request(call))
        .onComplete(
            outcome -> {
              line.inFlight--;
              if (outcome.succeeded()) {
                answered(line, call, outcome.result());
              } else {
                failed(line, call, outcome.cause());
              }
              proceed(line);
            });
  }

  private void answered(Line line, Call call, @Nullable Response response) {
    switch (Append.reply(Functions.answer(response))) {
      case AppendReply.Ok ok -> {
        line.isOpenUnder(Seq.epoch(ok.seq()));
        line.takeOvertaken(call).forEach(late -> refuse(late, tooLate(late)));
        done(call, new Appended(ok.seq(), ok.prev(), ok.pos(), ok.ts(), false));
      }
      case AppendReply.Repeat r ->
          done(call, new Appended(r.seq(), r.prev(), r.pos(), r.ts(), true));
      case AppendReply.Denied denied ->
          refuse(call, Refusals.denied(denied.code(), denied.retryAfterMs()));
      case AppendReply.Full full -> refuse(call, Refusals.full(full.retryAfterMs()));
      case AppendReply.Closed closed ->
          again(line, call, cures.open(line.keys.shard().index(), closed.fence()));
      case AppendReply.Reopened reopened -> again(line, call, Future.succeededFuture());
      case AppendReply.Absent absent ->
          again(line, call, cures.load(line.keys.room(), call.user.id(), true));
    }
  }

  private void failed(Line line, Call call, Throwable cause) {
    switch (cause) {
      case RedisUnavailable unavailable -> {
        call.uncertain |= unavailable.mayHaveRun();
        again(
            line,
            call,
            unavailable.kind() == RedisUnavailable.Kind.BUSY ? pause() : cures.connected());
      }
      case RedisRefusal refusal -> {
        switch (Functions.error(refusal)) {
          case OUT_OF_MEMORY -> refuse(call, Refusals.full(ErrorCode.FULL.retryAfterMs()));
          case FUNCTIONS_MISSING -> again(line, call, cures.functions());
          case UNAVAILABLE -> again(line, call, cures.master(refusal));
          case MOVED -> again(line, call, cures.master(refusal));
          case REFUSED -> {
            LOG.error("append was refused by Redis: {}", refusal.getMessage());
            refuse(call, Refused.of(ErrorCode.INTERNAL, "the message could not be appended"));
          }
        }
      }
      default -> {
        LOG.error("append failed", cause);
        refuse(call, Refused.of(ErrorCode.INTERNAL, "the message could not be appended"));
      }
    }
  }

  private void done(Call call, Appended appended) {
    open--;
    meters.appended(System.nanoTime() - call.startedNanos);
    call.promise.complete(appended);
  }

  private void refuse(Call call, Refused refused) {
    open--;
    call.promise.fail(refused);
  }

  /** Once what stands in the way is gone; the others wait behind it. */
  private void again(Line line, Call call, Future<Void> cure) {
    meters.retried();
    line.isUncertain();
    line.insert(call);
    if (!line.curing) {
      line.curing = true;
      cure.onComplete(
          outcome -> {
            if (outcome.cause() instanceof Refused refused && !refused.code().retry()) {
              line.takeAll().forEach(waiting -> refuse(waiting, refused));
            }
            if (outcome.succeeded()) {
              line.curing = false;
              proceed(line);
            } else {
              pause()
                  .onSuccess(
                      ignored -> {
                        line.curing = false;
                        proceed(line);
                      });
            }
          });
    }
  }

  /** Sends what waits, when nothing that went before is still under way. */
  private void proceed(Line line) {
    if (line.canGoOn()) {
      line.takeNext().forEach(call -> send(line, call));
    }
  }

  private Future<Void> pause() {
    return context.owner().timer(PAUSE_MS, TimeUnit.MILLISECONDS).mapEmpty();
  }

  void tendLater() {
    context
        .owner()
        .setTimer(
            TEND_MS,
            ignored -> {
              if (!stopped) {
                tend();
                tendLater();
              }
            });
  }

  private void tend() {
    long before = System.nanoTime() - APPEND_MAX.toNanos();
    List<Call> late = new ArrayList<>();
    lines.values().forEach(line -> late.addAll(line.takeOlderThan(before)));
    late.forEach(call -> refuse(call, tooLate(call)));
  }

  private static Refused tooLate(Call call) {
    return call.uncertain
        ? Refused.of(ErrorCode.INTERNAL, "it is not known whether the message was appended")
        : Refused.of(ErrorCode.UNAVAILABLE, "the room's log cannot be reached now");
  }

  void stop() {
    stopped = true;
    lines
        .values()
        .forEach(
            line ->
                line.takeAll()
                    .forEach(
                        call ->
                            refuse(
                                call, Refused.of(ErrorCode.UNAVAILABLE, "this node is stopping"))));
  }
}

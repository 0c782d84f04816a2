package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.Functions;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisOptions;
import parley.chassis.redis.RedisUnavailable;
import parley.gateway.bus.Patience.Step;
import parley.protocol.Ephemeral;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.functions.AppendReply;
import parley.protocol.functions.Enter;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.Mark;
import parley.protocol.functions.Whisper;

/**
 * One event loop's commands to Redis: a connection of its own, a tick's commands sent as one batch.
 * Called on that loop only; futures complete there and fail with {@link Refused}.
 */
public final class Lane {
  /** An entering or a read mark that is not answered by then is refused. */
  static final Duration ENTER_MAX = Duration.ofSeconds(5);

  private static final Command SPUBLISH = Command.create("SPUBLISH");

  private final Context context;
  private final RedisKeys keys;
  private final RedisLink link;
  private final Batch batch;
  private final Cures cures;
  private final Patience patience;
  private final Appends appends;
  private final StoredMarks marks;

  Lane(
      Context context,
      RedisOptions options,
      RedisKeys keys,
      String node,
      Openings openings,
      StoredMarks marks,
      BusMeters meters) {
    this.context = context;
    this.keys = keys;
    this.marks = marks;
    this.link = RedisLink.open(context, options.prepare(Functions::load));
    this.batch = new Batch(context, link);
    this.cures = new Cures(context, link, openings);
    this.patience = new Patience(context, batch, cures);
    this.appends = new Appends(context, keys, node, batch, cures, meters);
    link.onDown(meters::disconnected);
    context.runOnContext(ignored -> appends.tendLater());
  }

  public Context context() {
    return context;
  }

  /**
   * Appends a durable event on behalf of its user; in the order of the calls per room.
   *
   * @param key of the client, so that a repeat is answered with the first one's numbers; null: the
   *     lane makes one for its own retries
   */
  public Future<Appended> append(Speaker user, @Nullable String key, EventTail tail) {
    return appends.append(user, key, tail);
  }

  /**
   * Asks for the right to hear a room.
   *
   * @param create whether a room that does not exist may be made, if the system allows that
   */
  public Future<Entered> enter(String room, Speaker user, boolean create) {
    RoomKeys of = keys.room(room);
    return patience.ask(
        Functions.request(Enter.call(of, user.id(), user.admin())),
        deadline(),
        response ->
            switch (Enter.reply(Functions.answer(response))) {
              case Enter.Reply.Ok ok ->
                  new Step.Done<>(
                      new Entered(
                          room, ok.head(), ok.pos(), ok.kind(), ok.state().role(), ok.epoch()));
              case Enter.Reply.Denied denied ->
                  new Step.Refuse<>(Refusals.denied(denied.code(), denied.retryAfterMs()));
              case Enter.Reply.Closed closed ->
                  new Step.Again<>(cures.open(of.shard().index(), closed.fence()));
              case Enter.Reply.Absent absent ->
                  new Step.Again<>(cures.load(room, user.id(), create));
            });
  }

  /** Notes how far a user has read, and tells the room. */
  public Future<Void> mark(String room, Speaker user, long seq) {
    RoomKeys of = keys.room(room);
    return patience
        .<Long>ask(
            Functions.request(
                Mark.call(
                    of,
                    user.id(),
                    user.admin(),
                    seq,
                    ReadMarks.ephemeral(room, user.user(), seq).encode())),
            deadline(),
            response ->
                switch (Mark.reply(Functions.answer(response))) {
                  case AppendReply.Ok ok -> new Step.Done<>(seq);
                  case AppendReply.Repeat repeat -> new Step.Done<>(seq);
                  case AppendReply.Denied denied ->
                      new Step.Refuse<>(Refusals.denied(denied.code(), denied.retryAfterMs()));
                  case AppendReply.Full full ->
                      new Step.Refuse<>(Refusals.full(full.retryAfterMs()));
                  case AppendReply.Closed closed ->
                      new Step.Again<>(cures.open(of.shard().index(), closed.fence()));
                  case AppendReply.Reopened reopened -> new Step.Again<>(Future.succeededFuture());
                  case AppendReply.Absent absent ->
                      new Step.Again<>(cures.load(room, user.id(), false));
                })
        .mapEmpty();
  }

  /** Publishes a user's ephemeral event to a room where the user may write. */
  public Future<Void> whisper(String room, Speaker user, Ephemeral event) {
    RoomKeys of = keys.room(room);
    return patience
        .<Boolean>ask(
            Functions.request(Whisper.call(of, user.id(), user.admin(), event)),
            deadline(),
            response ->
                switch (Whisper.reply(Functions.answer(response))) {
                  case Whisper.Reply.Ok ok -> new Step.Done<>(true);
                  case Whisper.Reply.Denied denied ->
                      new Step.Refuse<>(Refusals.denied(denied.code(), denied.retryAfterMs()));
                  case Whisper.Reply.Closed closed ->
                      new Step.Again<>(cures.open(of.shard().index(), closed.fence()));
                  case Whisper.Reply.Absent absent ->
                      new Step.Again<>(cures.load(room, user.id(), false));
                })
        .mapEmpty();
  }

  /** Publishes to a room what the node itself has to tell. */
  public Future<Void> publishToRoom(String room, Ephemeral event) {
    return publish(keys.room(room).channel(), event.encode());
  }

  public Future<Void> publishToUser(String userId, Ephemeral event) {
    return publish(keys.userChannel(userId), event.encode());
  }

  /** To every client of every node. */
  public Future<Void> publishToAll(Ephemeral event) {
    return publish(RedisKeys.CONTROL, event.encode());
  }

  Future<Void> publish(String channel, String payload) {
    return send(Request.cmd(SPUBLISH)
            .arg(channel.getBytes(StandardCharsets.UTF_8))
            .arg(payload.getBytes(StandardCharsets.UTF_8)))
        .mapEmpty();
  }

  /** Completes when Postgres has the event; fails with {@code not_stored_yet} after a time. */
  public Future<Void> stored(String room, long pos, Duration atMost) {
    return marks.stored(keys.room(room).shard(), pos, atMost, context);
  }

  /**
   * Any other command; never repeated by itself. Fails with {@code unavailable} while there is no
   * connection.
   */
  public Future<@Nullable Response> send(Request request) {
    return batch
        .send(request)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof RedisUnavailable
                        ? Refused.of(ErrorCode.UNAVAILABLE, "Redis does not answer")
                        : failure));
  }

  /** A function that only reads. */
  public Future<List<?>> call(FunctionCall call) {
    return send(Functions.request(call)).map(Functions::answer);
  }

  public boolean isUp() {
    return link.isUp();
  }

  /** Called on the loop each time the lane can be used again. */
  public void onUp(Runnable action) {
    link.onUp(action);
  }

  /** Done when the lane can be used for the first time. */
  Future<Void> whenUp() {
    return link.whenUp();
  }

  Future<Void> close() {
    appends.stop();
    return link.close();
  }

  private static long deadline() {
    return System.nanoTime() + ENTER_MAX.toNanos();
  }
}

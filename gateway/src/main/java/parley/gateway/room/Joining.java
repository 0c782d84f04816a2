package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Entered;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Speaker;
import parley.protocol.ErrorCode;
import parley.protocol.Limits;

/**
 * One join: registered as pending before {@code enter}, so that every event behind the answer's
 * head finds the member. The hearing is held meanwhile. Loop thread only.
 */
final class Joining {
  /** What is to be done before the first live event is given up after this. */
  static final Duration ADMIT_MAX = Duration.ofSeconds(10);

  private final Hearing hearing;
  private final String room;
  private final Speaker speaker;
  private final @Nullable Long after;
  private final Function<Joined, Future<?>> admit;

  Joining(
      Hearing hearing,
      String room,
      Speaker speaker,
      @Nullable Long after,
      Function<Joined, Future<?>> admit) {
    this.hearing = hearing;
    this.room = room;
    this.speaker = speaker;
    this.after = after;
    this.admit = admit;
  }

  Future<Joined> begin() {
    Member known = hearing.member(room);
    if (known != null && known.joining != null) {
      return known.joining.transform(ignored -> hearing.join(room, speaker, after, admit));
    }
    hearing.hold();
    Member member = known != null ? known : hearing.enlist(room, speaker.user());
    Promise<Joined> done = hearing.loop().promise();
    member.joining = done.future();
    attached(member.share)
        .compose(ignored -> hearing.loop().lane().enter(room, speaker, true))
        .compose(entered -> past(member, entered))
        .compose(this::admitted)
        .onComplete(
            outcome -> {
              member.joining = null;
              boolean gone = !hearing.has(member);
              if (outcome.failed() && (known == null || isForGood(outcome.cause()))) {
                hearing.remove(member);
              }
              if (outcome.succeeded() && !gone) {
                done.complete(outcome.result());
              } else {
                done.fail(
                    outcome.failed()
                        ? outcome.cause()
                        : Refused.of(ErrorCode.NOT_JOINED, "the room was left meanwhile"));
              }
              hearing.release();
            });
    return done.future();
  }

  /**
   * Whether one who was in the room has no right to it any more; else it stays, whatever failed.
   */
  private static boolean isForGood(Throwable cause) {
    return cause instanceof Refused refused && !refused.code().retry();
  }

  /** Until the subscription stands, but not for ever. */
  static Future<Void> attached(Share share) {
    Future<Void> attached = share.attached.future();
    return attached.isComplete()
        ? attached
        : attached
            .timeout(Rooms.ATTACH_MAX.toMillis(), TimeUnit.MILLISECONDS)
            .recover(
                late ->
                    Future.failedFuture(
                        Refused.of(
                            ErrorCode.UNAVAILABLE, "the room's events cannot be heard now")));
  }

  private Future<Joined> past(Member member, Entered entered) {
    Share share = member.share;
    Long from = after;
    if (from == null && !member.pending) {
      return goesOn(member, entered);
    }
    if (from == null) {
      return share.started
          ? Future.succeededFuture(fromNow(member, entered))
          : afterBegin(member, entered);
    }
    Promise<Joined> promise = hearing.loop().promise();
    hearing
        .loop()
        .rooms()
        .behind(
            share,
            from,
            entered.head(),
            entered.pos(),
            Limits.JOIN_EVENTS_MAX,
            behind -> {
              if (behind == null) {
                promise.fail(
                    Refused.of(ErrorCode.UNAVAILABLE, "the room's past cannot be had at present"));
                return;
              }
              share.started = true;
              start(member, behind.head());
              member.joinPos = behind.pos();
              List<byte[]> events = behind.events().stream().map(event -> event.json).toList();
              promise.complete(
                  joined(
                      entered, behind.head(), behind.pos(), behind.more(), behind.gap(), events));
            });
    return promise.future();
  }

  /** The room's chain has to begin before it is known what lies between this head and there. */
  private Future<Joined> afterBegin(Member member, Entered entered) {
    Promise<Joined> promise = hearing.loop().promise();
    Rooms rooms = hearing.loop().rooms();
    rooms.started(member.share, entered.head(), entered.pos());
    rooms.inOrder(
        hearing.loop(),
        () -> {
          member.share.started = true;
          promise.complete(fromNow(member, entered));
        });
    return promise.future();
  }

  private static Joined fromNow(Member member, Entered entered) {
    start(member, entered.head());
    member.joinPos = entered.pos();
    return joined(entered, entered.head(), entered.pos(), false, null, List.of());
  }

  /**
   * One who was here already goes on where it was: what happens while it joins is withheld, and
   * written behind the answer. Told in the loop's order, when no run is half written. Its first
   * join still counts for a recovery: what was written since may not have arrived.
   */
  private Future<Joined> goesOn(Member member, Entered entered) {
    Promise<Joined> promise = hearing.loop().promise();
    hearing
        .loop()
        .rooms()
        .inOrder(
            hearing.loop(),
            () ->
                promise.complete(
                    joined(entered, member.heard(), member.joinPos, false, null, List.of())));
    return promise.future();
  }

  /** From here on the member has everything up to this seq, or does not need it. */
  static void start(Member member, long head) {
    Share share = member.share;
    boolean had = !member.pending && member.withheld == Member.NONE;
    member.pending = false;
    member.from = head;
    share.gateSeq = Math.max(share.gateSeq, head);
    if (!had) {
      member.withheld = Math.max(share.lastSeq, share.begunSeq) > head ? head : Member.NONE;
    }
  }

  private static Joined joined(
      Entered entered, long head, long pos, boolean more, @Nullable Gap gap, List<byte[]> events) {
    return new Joined(entered.room(), head, pos, entered.kind(), entered.role(), events, more, gap);
  }

  private Future<Joined> admitted(Joined joined) {
    if (hearing.member(room) == null) {
      return Future.succeededFuture(joined);
    }
    return hearing
        .loop()
        .here(admit.apply(joined))
        .timeout(ADMIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .map(joined);
  }
}

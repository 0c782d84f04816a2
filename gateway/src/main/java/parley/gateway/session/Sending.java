package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Appended;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;

/** Durable events on their way into the log. Called on the lane's loop. */
final class Sending {
  private static final Duration STORED_WITHIN = Duration.ofSeconds(10);

  private final Lane lane;
  private final Mentions mentions;

  Sending(Lane lane, Mentions mentions) {
    this.lane = lane;
    this.mentions = mentions;
  }

  Future<String> send(Caller caller, Command.Send send) {
    EventTail tail =
        new EventTail.Message(
            send.room(), caller.user(), send.text(), send.dataJson(), send.replyTo(), send.key());
    return append(caller, send.room(), send.key(), tail, send.stored());
  }

  Future<String> store(Caller caller, String room, Command.Emit emit) {
    EventTail tail =
        new EventTail.Custom(room, caller.user(), emit.event(), emit.data().json(), emit.key());
    return append(caller, room, emit.key(), tail, false);
  }

  Future<String> relay(Caller caller, Command.Relayed relayed) {
    EventTail tail =
        new EventTail.Relayed(
            relayed.room(),
            caller.user(),
            relayed.event(),
            relayed.dataJson(),
            relayed.fieldsJson());
    return append(caller, relayed.room(), null, tail, false);
  }

  private Future<String> append(
      Caller caller, String room, @Nullable String key, EventTail tail, boolean stored) {
    checkScope(caller, room);
    Future<Appended> appended =
        lane.append(caller.speaker(), key, tail)
            .onSuccess(accepted -> mentions.tell(tail, accepted));
    if (!stored) {
      return appended.map(Sending::answer);
    }
    return appended.compose(
        accepted ->
            lane.stored(room, accepted.pos(), STORED_WITHIN)
                .map(nothing -> answer(accepted))
                .recover(failure -> Future.succeededFuture(notStored(failure, accepted))));
  }

  /** Refuses a server key that is for other things than messages. */
  static void checkMessages(Caller caller) {
    if (!caller.messages()) {
      throw Refused.of(ErrorCode.FORBIDDEN, "this key is not good for messages");
    }
  }

  static void checkScope(Caller caller, String room) {
    if (!caller.mayEnter(room)) {
      throw Refused.of(ErrorCode.FORBIDDEN, "this token is not good for this room");
    }
  }

  private static String answer(Appended appended) {
    JsonObject answer =
        Answers.ok()
            .put("seq", appended.seq())
            .put("prev", appended.prev())
            .put("ts", appended.ts());
    return (appended.repeat() ? answer.put("repeat", true) : answer).encode();
  }

  private static String notStored(Throwable failure, Appended accepted) {
    JsonObject error = Answers.error(Answers.refusal(failure)).put("seq", accepted.seq());
    return new JsonObject().put("ok", false).put("error", error).encode();
  }
}

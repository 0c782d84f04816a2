package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Refused;
import parley.gateway.room.Hearing;
import parley.gateway.room.Joined;
import parley.protocol.ErrorCode;
import parley.protocol.Seq;
import parley.protocol.User;

/**
 * One session in its rooms: joining, leaving, sending, typing, reading. Called on the session's
 * loop.
 */
final class RoomCommands {
  /** What of the past a client hears of the rooms that it is in unasked. */
  private static final long RELAYED_EVENTS = 50;

  private static final Logger log = LoggerFactory.getLogger(RoomCommands.class);

  private final Lane lane;
  private final Sending sending;
  private final Hearing hearing;
  private final Peer peer;
  private final Allowance allowance;
  private final Presence presence;
  private final Typing typing;
  private final Emission emission;
  private final Set<String> rooms = new HashSet<>();

  RoomCommands(
      Vertx vertx,
      Lane lane,
      Hearing hearing,
      Peer peer,
      Allowance allowance,
      Presence presence,
      Mentions mentions) {
    this.lane = lane;
    this.sending = new Sending(lane, mentions);
    this.hearing = hearing;
    this.peer = peer;
    this.allowance = allowance;
    this.presence = presence;
    this.typing = new Typing(vertx, lane, peer, allowance);
    this.emission = new Emission(lane, peer, allowance);
  }

  /** Answers by itself, before the first live event of the room is written. */
  void join(Caller caller, Command.Join join, Reply reply) {
    Sending.checkScope(caller, join.room());
    if (!rooms.contains(join.room())) {
      allowance.checkRooms(rooms.size());
    }
    hearing
        .join(
            join.room(),
            caller.speaker(),
            join.after(),
            joined -> peer.remember(joined).onSuccess(noted -> admit(caller, joined, reply)))
        .onFailure(failure -> reply.answer(Answers.refused(failure)));
  }

  private void admit(Caller caller, Joined joined, Reply reply) {
    entered(caller.user(), joined.room());
    reply.answer(answer(joined));
  }

  /**
   * Joins a room on behalf of a client that knows nothing of rooms: it hears the last of what was
   * said as if it were said now.
   */
  void hearUnasked(Caller caller, String room) {
    hearing
        .join(room, caller.speaker(), null)
        .compose(
            first ->
                hearing.join(
                    room,
                    caller.speaker(),
                    recent(first.head()),
                    joined -> peer.remember(joined).onSuccess(noted -> replay(caller, joined))))
        .onFailure(failure -> log.debug("the relay's room {} cannot be heard", room, failure));
  }

  private static @Nullable Long recent(long head) {
    return head == 0 ? null : head - Math.min(RELAYED_EVENTS, Seq.n(head));
  }

  private void replay(Caller caller, Joined joined) {
    entered(caller.user(), joined.room());
    for (byte[] event : joined.events()) {
      String json = new String(event, StandardCharsets.UTF_8);
      JsonObject fields = new JsonObject(json);
      String type = fields.getString("type", "");
      peer.say(type.equals("custom") ? fields.getString("event", type) : type, json);
    }
  }

  /** The session is in the room: by joining, or taken over by recovery. */
  void entered(User user, String room) {
    if (rooms.add(room)) {
      presence.entered(room, user);
    }
  }

  Future<String> leave(User user, String room) {
    hearing.leave(room);
    peer.forget(room);
    left(user, room);
    return Future.succeededFuture(Answers.OK);
  }

  /** The session is in the room no longer. */
  void left(User user, String room) {
    if (rooms.remove(room)) {
      typing.ends(user, room);
      presence.left(room, user);
    }
  }

  /** After a change of tokens: leaves the rooms that the new one does not open. */
  List<String> leaveForbidden(Caller caller) {
    List<String> forbidden = rooms.stream().filter(room -> !caller.mayEnter(room)).toList();
    forbidden.forEach(room -> leave(caller.user(), room));
    return forbidden;
  }

  /**
   * After a change of tokens to one that is no admin's: leaves the rooms that were open to an admin
   * only, and tells which.
   */
  void leaveWhereRefused(Caller caller, BiConsumer<String, ErrorCode> left) {
    for (String room : Set.copyOf(rooms)) {
      lane.enter(room, caller.speaker(), false)
          .onFailure(
              failure -> {
                if (failure instanceof Refused refused && !refused.code().retry()) {
                  leave(caller.user(), room);
                  left.accept(room, refused.code());
                }
              });
    }
  }

  void leaveAll(User user) {
    Set.copyOf(rooms).forEach(room -> left(user, room));
  }

  Future<String> send(Caller caller, Command.Send send) {
    return sending.send(caller, send);
  }

  Future<String> relay(Caller caller, Command.Relayed relayed) {
    return sending.relay(caller, relayed);
  }

  Future<String> typing(Caller caller, Command.Typing command) {
    requireJoined(command.room());
    if (command.on()) {
      return typing.begins(caller.speaker(), command.room());
    }
    typing.ends(caller.user(), command.room());
    return Future.succeededFuture(Answers.OK);
  }

  Future<String> read(Caller caller, Command.Read read) {
    Sending.checkScope(caller, read.room());
    return lane.mark(read.room(), caller.speaker(), read.seq()).map(Answers.OK);
  }

  Future<String> who(String room) {
    requireJoined(room);
    return presence.who(room).map(JsonObject::encode);
  }

  /** Custom events are heard by a room, or kept in it. */
  Future<String> emit(Caller caller, Command.Emit emit) {
    if (emit.to() instanceof Command.Target.Room to) {
      requireJoined(to.room());
      if (emit.store()) {
        return sending.store(caller, to.room(), emit);
      }
    }
    return emission.emit(caller, emit);
  }

  private void requireJoined(String room) {
    if (!rooms.contains(room)) {
      throw Refused.of(ErrorCode.NOT_JOINED, "join the room first");
    }
  }

  /** The events of the past stand in it as they were published. */
  static String answer(Joined joined) {
    JsonObject head =
        Answers.ok()
            .put("room", joined.room())
            .put("head", joined.head())
            .put("pos", joined.pos())
            .put("role", joined.role().code())
            .put("kind", joined.kind().code())
            .put("more", joined.more());
    if (joined.gap() != null) {
      head.put(
          "gap",
          new JsonObject().put("after", joined.gap().after()).put("head", joined.gap().head()));
    }
    String open = head.encode();
    StringBuilder answer = new StringBuilder(open).deleteCharAt(open.length() - 1);
    answer.append(",\"events\":[");
    String comma = "";
    for (byte[] event : joined.events()) {
      answer.append(comma).append(new String(event, StandardCharsets.UTF_8));
      comma = ",";
    }
    return answer.append("]}").toString();
  }
}

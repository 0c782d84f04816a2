package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Ended;
import parley.gateway.room.Hearing;
import parley.gateway.room.Loop;
import parley.gateway.room.Place;
import parley.gateway.room.Resumed;
import parley.protocol.ErrorCode;

/**
 * One connected client, whatever its transport: what it asks for, what it hears, how long its token
 * lasts. Called on its event loop only.
 */
public final class Session {
  private final Sessions node;
  private final Loop loop;
  private final Peer peer;
  private final Hearing hearing;
  private final RoomCommands rooms;
  private final TokenBucket requests;
  private final TokenTime time;
  private Caller caller;
  private int pending;
  private boolean closed;

  Session(Sessions node, Loop loop, Peer peer, Caller caller) {
    this.node = node;
    this.loop = loop;
    this.peer = peer;
    this.caller = caller;
    this.hearing = Hearing.open(loop, peer);
    this.rooms =
        new RoomCommands(
            node.vertx(),
            loop.lane(),
            hearing,
            peer,
            node.allowance(),
            node.presence(),
            node.mentions());
    this.requests = node.allowance().connection();
    this.time =
        new TokenTime(node.vertx(), () -> end(ErrorCode.TOKEN_EXPIRED, "the token has expired"));
    time.expiresAt(caller.expiresAtMs());
  }

  public Caller caller() {
    return caller;
  }

  /** See {@link Hearing#hearUser}. */
  public Future<Void> hearUser() {
    return hearing.hearUser(caller.user().id());
  }

  /** The client's outlet takes more again. */
  public void drained() {
    hearing.drained();
  }

  public long position() {
    return hearing.position();
  }

  /** Carries a client on where it was; see {@link Hearing#resume}. */
  public Future<Resumed> resume(Place place, Map<String, Long> joinPosByRoom) {
    if (!joinPosByRoom.keySet().stream().allMatch(caller::mayEnter)) {
      return Future.succeededFuture(
          new Resumed.Unproved("the token is not good for all rooms that were joined", false));
    }
    return hearing
        .resume(caller.speaker(), place, joinPosByRoom)
        .onSuccess(
            resumed -> {
              if (resumed instanceof Resumed.Recovered) {
                joinPosByRoom.keySet().forEach(room -> rooms.entered(caller.user(), room));
              }
            });
  }

  /** Joins the rooms of the relays, with the last of what was said in them. */
  public void hearRelays() {
    node.relays().stream()
        .map(Relay::room)
        .distinct()
        .forEach(room -> rooms.hearUnasked(caller, room));
  }

  /** One event of the client: the answer comes by {@code reply}, whatever happens. */
  public void handle(String event, JsonObject data, Reply reply) {
    if (closed) {
      return;
    }
    try {
      node.allowance().takeRequest(requests);
      node.allowance().checkPending(pending);
      Relay relay = node.relay(event);
      Command command =
          relay == null ? CommandReader.read(event, data, caller.user().id()) : relay.command(data);
      pending++;
      node.began();
      Reply counted = json -> answered(json, reply);
      if (command instanceof Command.Join join) {
        try {
          rooms.join(caller, join, counted);
        } catch (Refused refused) {
          counted.answer(Answers.refused(refused));
        }
        return;
      }
      run(command)
          .onComplete(
              done ->
                  counted.answer(done.succeeded() ? done.result() : Answers.refused(done.cause())));
    } catch (Refused refused) {
      reply.answer(Answers.refused(refused));
    }
  }

  private void answered(String json, Reply reply) {
    pending--;
    node.ended();
    if (!closed) {
      reply.answer(json);
    }
  }

  private Future<String> run(Command command) {
    try {
      if (command.writes()) {
        node.allowance().takeWrite(caller.user().id(), peer.address());
      }
      return switch (command) {
        case Command.Join join -> throw new IllegalStateException(join + " answers by itself");
        case Command.Leave leave -> rooms.leave(caller.user(), leave.room());
        case Command.Send send -> rooms.send(caller, send);
        case Command.Edit edit -> node.services().edit(caller, edit);
        case Command.Delete delete -> node.services().delete(caller, delete);
        case Command.React react -> node.services().react(caller, react);
        case Command.Typing typing -> rooms.typing(caller, typing);
        case Command.Read read -> rooms.read(caller, read);
        case Command.Emit emit -> rooms.emit(caller, emit);
        case Command.Relayed relayed -> rooms.relay(caller, relayed);
        case Command.History page -> node.services().history(caller, page);
        case Command.Who who -> rooms.who(who.room());
        case Command.Auth auth -> authenticate(auth.token());
      };
    } catch (Refused refused) {
      return Future.failedFuture(refused);
    }
  }

  private Future<String> authenticate(String token) {
    return node.callers()
        .of(token)
        .map(
            renewed -> {
              if (!renewed.user().id().equals(caller.user().id())) {
                throw Refused.of(ErrorCode.FORBIDDEN, "the token is someone else's; connect anew");
              }
              boolean adminNoMore = caller.admin() && !renewed.admin();
              caller = renewed;
              time.expiresAt(renewed.expiresAtMs());
              node.endIfRevoked(this);
              rooms.leaveForbidden(renewed).forEach(room -> sayLeft(room, ErrorCode.FORBIDDEN));
              if (adminNoMore) {
                rooms.leaveWhereRefused(renewed, this::sayLeft);
              }
              return welcome().encode();
            });
  }

  /** {@code {ok, user, node, expiresAt?}}. */
  public JsonObject welcome() {
    JsonObject welcome =
        Answers.ok().put("user", Sessions.json(caller.user())).put("node", node.nodeId());
    return caller.expiresAtMs() == 0 ? welcome : welcome.put("expiresAt", caller.expiresAtMs());
  }

  /** Ends the session with a reason that the client is told. */
  void end(ErrorCode code, String message) {
    if (!closed) {
      peer.end(code, message);
    }
  }

  /** The room is heard no longer, by no wish of the client. */
  public void ended(String room, Ended why) {
    rooms.left(caller.user(), room);
    peer.forget(room);
    String code =
        switch (why) {
          case BANNED -> ErrorCode.BANNED.code();
          case KICKED, REMOVED, LEFT -> why.name().toLowerCase(java.util.Locale.ROOT);
        };
    sayLeft(room, code);
  }

  private void sayLeft(String room, ErrorCode code) {
    sayLeft(room, code.code());
  }

  private void sayLeft(String room, String code) {
    peer.say("left", new JsonObject().put("room", room).put("code", code).encode());
  }

  /** Runs on the session's loop, from any thread. */
  void onLoop(Runnable task) {
    loop.context().runOnContext(go -> task.run());
  }

  /** Sends the client away to another node, within the time given. */
  void goAwayWithin(long millis) {
    onLoop(
        () ->
            node.vertx()
                .setTimer(
                    1 + ThreadLocalRandom.current().nextLong(millis + 1),
                    timer -> {
                      if (!closed) {
                        peer.goAway();
                      }
                    }));
  }

  /** The connection is gone. */
  public void close() {
    if (!closed) {
      closed = true;
      time.stop();
      rooms.leaveAll(caller.user());
      hearing.close();
      node.closed(this);
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Nullable String tokenId() {
    return caller.tokenId();
  }
}

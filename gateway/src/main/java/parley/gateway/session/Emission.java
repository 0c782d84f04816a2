package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.json.Json;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Lane;
import parley.protocol.Ephemeral;
import parley.protocol.User;

/** Custom events that are heard and not kept. Called on the session's loop. */
final class Emission {
  private final Lane lane;
  private final Peer peer;
  private final Allowance allowance;

  Emission(Lane lane, Peer peer, Allowance allowance) {
    this.lane = lane;
    this.peer = peer;
    this.allowance = allowance;
  }

  Future<String> emit(Caller caller, Command.Emit emit) {
    User from = caller.user();
    Sending.checkMessages(caller);
    return switch (emit.to()) {
      case Command.Target.Room to ->
          lane.whisper(to.room(), caller.speaker(), event(from, to.room(), emit)).map(Answers.OK);
      case Command.Target.Devices to ->
          lane.publishToUser(to.user(), event(from, null, emit)).map(Answers.OK);
      case Command.Target.Everyone() -> {
        allowance.checkEmitToAll(caller);
        yield lane.publishToAll(event(from, null, emit)).map(Answers.OK);
      }
    };
  }

  private Ephemeral event(User from, @Nullable String room, Command.Emit emit) {
    StringBuilder json = new StringBuilder("{");
    if (room != null) {
      json.append("\"room\":").append(Json.encode(room)).append(',');
    }
    json.append("\"from\":").append(Sessions.json(from).encode());
    json.append(",\"data\":").append(emit.data().json()).append('}');
    return new Ephemeral(
        emit.event(), emit.self() ? null : peer.id(), json.toString(), emit.data().binaries());
  }
}

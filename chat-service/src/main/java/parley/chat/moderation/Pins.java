package parley.chat.moderation;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;
import parley.chat.peers.History;
import parley.chat.refusals.Refused;
import parley.chat.rooms.RoomChange;
import parley.chat.rooms.RoomChanges;
import parley.chat.rooms.Rooms;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.RoomKind;

/** Pinned messages: moderators pin, in a direct room both. */
public final class Pins {
  private static final int PINS_MAX = 50;
  private final Rooms rooms;
  private final RoomChanges changes;
  private final History history;

  public Pins(Rooms rooms, RoomChanges changes, History history) {
    this.rooms = rooms;
    this.changes = changes;
    this.history = history;
  }

  public void pin(Caller caller, String room, long seq) {
    rooms.rights(caller, room).mustSee();
    Messages.live(history, room, seq);
    change(
        caller,
        room,
        pins -> {
          if (pins.contains(seq)) {
            return pins;
          }
          if (pins.size() == PINS_MAX) {
            throw Refused.of(ErrorCode.CONFLICT, "A room has at most 50 pins.");
          }
          return java.util.stream.Stream.concat(pins.stream(), java.util.stream.Stream.of(seq))
              .toList();
        });
  }

  public void unpin(Caller caller, String room, long seq) {
    change(
        caller,
        room,
        pins -> {
          if (!pins.contains(seq)) {
            throw Refused.of(ErrorCode.NOT_FOUND, "It is not pinned.");
          }
          return pins.stream().filter(pin -> pin != seq).toList();
        });
  }

  private void change(Caller caller, String room, UnaryOperator<List<Long>> pins) {
    changes.change(
        caller,
        room,
        change -> {
          mayPin(change);
          List<Long> before = change.room().pins();
          List<Long> after = pins.apply(before);
          if (!after.equals(before)) {
            change.set("pins = $2", (Object) after.toArray(Long[]::new));
            change.roomEvent(new JsonObject().put("pins", new JsonArray(after)));
          }
          return null;
        });
  }

  private static void mayPin(RoomChange change) {
    if (change.room().kind() == RoomKind.DIRECT) {
      change.rights().mustWrite();
    } else {
      change.rights().mustModerate();
    }
  }
}

package parley.chat.rooms;

import java.util.function.Function;
import parley.chat.outbox.Outbox;
import parley.chat.outbox.Relay;
import parley.chat.postgres.Database;
import parley.chat.tokens.Caller;

/**
 * The one way to change a room: lock its row, look at rights, change tables and put the event into
 * the outbox in one transaction; then see the event into the room's log. If that last step fails
 * the change stands, and the relay brings its event later.
 */
public final class RoomChanges {
  private final Database database;
  private final Outbox outbox;
  private final Relay relay;

  public RoomChanges(Database database, Outbox outbox, Relay relay) {
    this.database = database;
    this.outbox = outbox;
    this.relay = relay;
  }

  public <T> T change(Caller caller, String room, Function<RoomChange, T> work) {
    T result =
        database.transaction(
            statements -> {
              Room locked = RoomTable.lock(statements, room);
              return work.apply(new RoomChange(statements, outbox, caller, locked));
            });
    relay.bring(room);
    return result;
  }

  /** A room that is not there yet: {@code make} inserts its row, in the same transaction. */
  public <T> T make(
      Caller caller,
      String room,
      java.util.function.Consumer<parley.chat.postgres.Statements> make,
      Function<RoomChange, T> work) {
    T result =
        database.transaction(
            statements -> {
              make.accept(statements);
              Room locked = RoomTable.lock(statements, room);
              return work.apply(new RoomChange(statements, outbox, caller, locked));
            });
    relay.bring(room);
    return result;
  }
}

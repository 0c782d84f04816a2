package parley.gateway.session;

import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import parley.protocol.User;

/**
 * Takes the users of dead nodes out of the rooms of this one. Several nodes try; the one whose
 * removal was it tells the room who is gone.
 */
final class Ghosts {
  private final HereTable table;
  private final PresenceEvents events;
  private final Function<String, Future<Crowd>> crowds;

  /**
   * @param crowds who is in a room, without the dead
   */
  Ghosts(HereTable table, PresenceEvents events, Function<String, Future<Crowd>> crowds) {
    this.table = table;
    this.events = events;
    this.crowds = crowds;
  }

  void lay(String room, String deadNode) {
    table
        .others(room)
        .onSuccess(
            others -> {
              HereTable.Entry entry = others.get(deadNode);
              if (entry != null) {
                table
                    .remove(room, deadNode)
                    .onSuccess(
                        mine -> {
                          if (mine) {
                            tell(room, entry);
                          }
                        });
              }
            });
  }

  private void tell(String room, HereTable.Entry entry) {
    Map<String, User> gone = entry.users();
    crowds
        .apply(room)
        .onSuccess(
            crowd -> {
              Map<String, User> left = crowd.users();
              if (gone == null || left == null) {
                events.count(room, crowd.count());
                return;
              }
              gone.values().stream()
                  .filter(user -> !left.containsKey(user.id()))
                  .forEach(user -> events.change(room, user, false, crowd.count()));
            });
  }
}

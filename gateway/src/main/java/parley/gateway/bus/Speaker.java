package parley.gateway.bus;

import parley.protocol.User;

/**
 * Who asks for something in a room.
 *
 * @param admin whether no right is lacking in any room
 */
public record Speaker(User user, boolean admin) {

  /** Someone with the rights that the room gives, and no more. */
  public static Speaker of(User user) {
    return new Speaker(user, false);
  }

  String id() {
    return user.id();
  }
}

package parley.socketio;

import java.util.Set;

/** Names that mean something to the clients themselves and so are no events. */
final class ReservedEvents {
  private static final Set<String> NAMES =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  private ReservedEvents() {}

  static boolean contains(String event) {
    return NAMES.contains(event);
  }

  static void refuse(String event) {
    if (contains(event)) {
      throw new IllegalArgumentException("'" + event + "' is a reserved event name");
    }
  }
}

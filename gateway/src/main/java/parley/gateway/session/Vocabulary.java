package parley.gateway.session;

import java.util.Set;

/** The names that have a meaning of their own, so that no custom event may bear them. */
public final class Vocabulary {
  private static final Set<String> COMMANDS =
      Set.of(
          "join", "leave", "send", "edit", "delete", "react", "typing", "read", "emit", "history",
          "who", "auth");
  private static final Set<String> RESERVED =
      Set.of(
          "message",
          "edited",
          "deleted",
          "reaction",
          "member",
          "room",
          "custom",
          "presence",
          "gap",
          "ended",
          "welcome",
          "left",
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener",
          "error",
          "ping",
          "pong");

  private Vocabulary() {}

  public static boolean isCommand(String event) {
    return COMMANDS.contains(event);
  }

  static boolean isReserved(String event) {
    return COMMANDS.contains(event) || RESERVED.contains(event);
  }
}

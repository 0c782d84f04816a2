package parley.gateway.session;

import org.jspecify.annotations.Nullable;

/** What a client may ask for, checked: every field of these is within its rules. */
sealed interface Command {

  /** Whether it writes or publishes, and so counts against what a user may do. */
  default boolean writes() {
    return switch (this) {
      case Send _, Edit _, Delete _, React _, Emit _, Relayed _ -> true;
      case Join _, Leave _, Typing _, Read _, History _, Who _, Auth _ -> false;
    };
  }

  record Join(String room, @Nullable Long after) implements Command {}

  record Leave(String room) implements Command {}

  record Send(
      String room,
      @Nullable String text,
      @Nullable String dataJson,
      @Nullable Long replyTo,
      @Nullable String key,
      boolean stored)
      implements Command {}

  record Edit(
      String room, long seq, @Nullable String text, @Nullable String dataJson, @Nullable String key)
      implements Command {}

  record Delete(String room, long seq) implements Command {}

  record React(String room, long seq, String emoji, boolean on) implements Command {}

  record Typing(String room, boolean on) implements Command {}

  record Read(String room, long seq) implements Command {}

  /**
   * @param store keep it as a durable event of the room
   * @param self whether the sender's own socket hears it too
   */
  record Emit(
      Target to, String event, Payload data, boolean self, boolean store, @Nullable String key)
      implements Command {}

  /**
   * An application's own event, to be kept and heard by all.
   *
   * @param fieldsJson of {@code dataJson}, those that can also stand at the event's top
   */
  record Relayed(String room, String event, String dataJson, String fieldsJson)
      implements Command {}

  record History(String room, String query) implements Command {}

  record Who(String room) implements Command {}

  record Auth(String token) implements Command {}

  /** To whom a custom event goes. */
  sealed interface Target {
    record Room(String room) implements Target {}

    record Devices(String user) implements Target {}

    record Everyone() implements Target {}
  }
}

package parley.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A durable event before it has its numbers: all of its JSON behind the head. {@link #json()}
 * begins with {@code "type":"…"} and ends with the closing brace; the function append puts the head
 * before it.
 *
 * <p>Fields called {@code …Json} hold JSON that is put in as it is: whoever gives it has parsed or
 * written it.
 */
public sealed interface EventTail {
  String room();

  default String json() {
    return EventWriter.write(this);
  }

  record Message(
      String room,
      User from,
      @Nullable String text,
      @Nullable String dataJson,
      @Nullable Long replyTo,
      @Nullable String key)
      implements EventTail {}

  /** What is left of a deleted message under its own number. */
  record Tombstone(String room, User from, @Nullable String key) implements EventTail {}

  record Edited(
      String room,
      User from,
      long target,
      @Nullable String text,
      @Nullable String dataJson,
      @Nullable String key)
      implements EventTail {
    /** An edit without a key. */
    public Edited(
        String room, User from, long target, @Nullable String text, @Nullable String dataJson) {
      this(room, from, target, text, dataJson, null);
    }
  }

  record Deleted(String room, User from, long target) implements EventTail {}

  record Reaction(String room, User from, long target, String emoji, boolean on)
      implements EventTail {}

  /** {@code until} is milliseconds since 1970, or -1 for ever, of a ban or mute. */
  record Member(
      String room,
      User user,
      MemberAction action,
      @Nullable User by,
      @Nullable Role role,
      @Nullable Long until)
      implements EventTail {}

  /** {@code changeJson} is an object of the changed settings only. */
  record Room(String room, @Nullable User by, String changeJson, long version)
      implements EventTail {}

  record Custom(String room, User from, String event, String dataJson, @Nullable String key)
      implements EventTail {}

  /**
   * A custom event whose fields also stand at its top, where clients of an application's own
   * protocol look for them.
   *
   * @param fieldsJson the members of an object, without its braces; none has a name that events use
   */
  record Relayed(String room, User from, String event, String dataJson, String fieldsJson)
      implements EventTail {}
}

package parley.verify.check;

/**
 * One thing that a client heard of a room.
 *
 * <p>An event carries the numbered text of its message, or nothing for other events.
 */
public sealed interface Heard {
  /** A durable event. */
  record Event(String room, long seq, long prev, long pos, String type, String text, long atNanos)
      implements Heard {}

  /** The server says that what lies between was lost. */
  record Gap(String room, long after, long head) implements Heard {}

  /** The client came back; {@code resumed} tells whether the server vouched for nothing missed. */
  record Returned(String room, boolean resumed, long atNanos) implements Heard {}
}

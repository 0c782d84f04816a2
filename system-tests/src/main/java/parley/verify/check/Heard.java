package parley.verify.check;

/** One thing that a client heard of a room, and when. */
public sealed interface Heard {
  String room();

  long atNanos();

  /** A durable event; {@code text} is that of a message and empty otherwise. */
  record Event(String room, long seq, long prev, long pos, String type, String text, long atNanos)
      implements Heard {}

  /** The server says that what lies between was lost. */
  record Gap(String room, long after, long head, long atNanos) implements Heard {}

  /**
   * The client hears the room from behind this head on; said once, and again by a client that had
   * nothing to come back with.
   */
  record Start(String room, long head, long atNanos) implements Heard {}
}

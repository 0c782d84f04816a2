package parley.gateway.room;

/** What the bus thread puts into a loop's inbox; taken in order. */
sealed interface Item {
  /** A durable event for a share's members. */
  record Told(Share share, Event event) implements Item {}

  /** An ephemeral one. */
  record Whispered(Share share, Whisper whisper) implements Item {}

  /** Something to be done at this place in the order. */
  record Signal(Runnable action) implements Item {}
}

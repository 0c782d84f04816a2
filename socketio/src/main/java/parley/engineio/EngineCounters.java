package parley.engineio;

/**
 * Hears what happens, to count it. Called on event loops: must not block and be safe for use by
 * several threads.
 */
public interface EngineCounters {
  EngineCounters NONE = new EngineCounters() {};

  default void opened(TransportKind transport) {}

  default void upgraded() {}

  default void closed(TransportKind transport, CloseReason reason) {}

  default void refused(Refusal refusal) {}

  /** A ping went out so much behind its time. */
  default void pinged(long lateMillis) {}
}

package parley.engineio;

/** Hears one session, on its event loop. */
public interface SessionListener {

  /** A text message: UTF-8 bytes from {@code from} to {@code to}, which nobody else writes to. */
  void onText(byte[] bytes, int from, int to);

  /** A binary message; the array is the listener's. */
  void onBinary(byte[] bytes);

  /** The session had stopped being writable and is so again. */
  default void onDrain() {}

  /** The end, exactly once. */
  void onClose(CloseReason reason);
}

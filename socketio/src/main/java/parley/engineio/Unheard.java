package parley.engineio;

/** Hears a session before its user has said what to do with it, and after its end. */
enum Unheard implements SessionListener {
  LISTENER;

  @Override
  public void onText(byte[] bytes, int from, int to) {}

  @Override
  public void onBinary(byte[] bytes) {}

  @Override
  public void onClose(CloseReason reason) {}
}

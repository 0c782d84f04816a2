package parley.socketio;

/**
 * A client sent what the protocol does not allow. Without a stack trace: an attacker decides how
 * often it is made.
 */
final class MalformedPacket extends Exception {
  MalformedPacket(String what) {
    super(what, null, false, false);
  }
}

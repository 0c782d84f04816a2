package parley.socketio;

/**
 * A client can be neither let in nor refused at present: its connection is closed, after which it
 * comes back by itself and is asked for anew. After {@link ConnectRefused} a client stays away.
 */
public final class ConnectPostponed extends RuntimeException {
  public ConnectPostponed(String why) {
    super(why, null, false, false);
  }
}

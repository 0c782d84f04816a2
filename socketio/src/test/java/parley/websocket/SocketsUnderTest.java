package parley.websocket;

/** Which sockets the protocols' tests run on: {@code -Dparley.sockets=stock} or {@code lean}. */
public final class SocketsUnderTest {
  private SocketsUnderTest() {}

  public static FramedConnections connections() {
    return switch (System.getProperty("parley.sockets", "lean")) {
      case "lean" -> FramedConnections.lean();
      case "stock" -> FramedConnections.stock();
      case String other -> throw new IllegalArgumentException("lean or stock, not " + other);
    };
  }
}

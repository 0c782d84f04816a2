package parley.websocket;

final class LeanRfc6455Test extends Rfc6455Test {
  LeanRfc6455Test() {
    super(FramedConnections.lean(), false);
  }
}

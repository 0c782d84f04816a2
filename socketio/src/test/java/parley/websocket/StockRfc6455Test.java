package parley.websocket;

final class StockRfc6455Test extends Rfc6455Test {
  StockRfc6455Test() {
    super(FramedConnections.stock(), true);
  }
}

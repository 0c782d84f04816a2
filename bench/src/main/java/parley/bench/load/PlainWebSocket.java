package parley.bench.load;

import io.netty.buffer.ByteBuf;

/**
 * A bare WebSocket server: the room is in the path, each text that is sent comes to everyone in the
 * room as it is.
 */
final class PlainWebSocket implements Dialect {
  private final String path;

  PlainWebSocket(String path) {
    this.path = path;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public void opened(Client client) {
    client.ready();
  }

  @Override
  public void text(Client client, ByteBuf in, int start, int length) {
    client.delivered(in, start, length);
  }

  @Override
  public String message(Client client, String text) {
    return text;
  }
}

package parley.bench.load;

import io.netty.buffer.ByteBuf;

/** Parley's plain WebSocket: frames {@code {id, event, data}}, answers {@code {id, data}}. */
final class ParleyWebSocket implements Dialect {
  private final Tokens tokens;

  ParleyWebSocket(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public String path() {
    return "/ws";
  }

  @Override
  public void opened(Client client) {
    client.write(
        "{\"id\":1,\"event\":\"auth\",\"data\":{\"token\":\""
            + tokens.of(client.number())
            + "\"}}");
    client.write(
        "{\"id\":2,\"event\":\"join\",\"data\":{\"room\":\"" + client.room().id() + "\"}}");
  }

  @Override
  public void text(Client client, ByteBuf in, int start, int length) {
    if (Dialect.startsWith(in, start, length, "{\"event\":\"message\"")) {
      client.delivered(in, start, length);
    } else if (Dialect.startsWith(in, start, length, "{\"id\":")) {
      boolean ok = Dialect.contains(in, start, length, "\"ok\":true", 40);
      if (client.isReady()) {
        client.answered(ok);
      } else if (!ok) {
        client.refused(in, start, length);
      } else if (Dialect.startsWith(in, start, length, "{\"id\":2")) {
        client.ready();
      }
    }
  }

  @Override
  public String message(Client client, String text) {
    return "{\"id\":3,\"event\":\"send\",\"data\":{\"room\":\""
        + client.room().id()
        + "\",\"text\":\""
        + text
        + "\"}}";
  }
}

package parley.bench.load;

import io.netty.buffer.ByteBuf;

/** Parley's plain WebSocket: frames {@code {id, event, data}}, answers {@code {id, data}}. */
final class ParleyWebSocket implements Dialect {
  private static final String MESSAGE = "{\"event\":\"message\"";
  private static final String NUMBERED = MESSAGE + ",\"data\":{\"seq\":";

  private final Tokens tokens;
  private final boolean resuming;

  /**
   * @param resuming whether clients that come back ask for what they have missed
   */
  ParleyWebSocket(Tokens tokens, boolean resuming) {
    this.tokens = tokens;
    this.resuming = resuming;
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
    String after = client.seq() > 0 ? ",\"after\":" + client.seq() : "";
    client.write(
        "{\"id\":2,\"event\":\"join\",\"data\":{\"room\":\""
            + client.room().id()
            + "\""
            + after
            + "}}");
  }

  @Override
  public void text(Client client, ByteBuf in, int start, int length) {
    if (Dialect.startsWith(in, start, length, MESSAGE)) {
      if (resuming) {
        client.heardUpTo(seq(in, start, length));
      }
      client.delivered(in, start, length);
    } else if (Dialect.startsWith(in, start, length, "{\"id\":")) {
      boolean ok = Dialect.contains(in, start, length, "\"ok\":true", 40);
      if (client.isReady()) {
        client.answered(ok);
      } else if (!ok) {
        client.refused(in, start, length);
      } else if (Dialect.startsWith(in, start, length, "{\"id\":2")) {
        client.missed(in, start, length);
        client.ready();
      }
    }
  }

  private static long seq(ByteBuf in, int start, int length) {
    if (!Dialect.startsWith(in, start, length, NUMBERED)) {
      throw new IllegalStateException("a message without its number");
    }
    long seq = 0;
    for (int at = start + NUMBERED.length(); Character.isDigit(in.getByte(at)); at++) {
      seq = seq * 10 + in.getByte(at) - '0';
    }
    return seq;
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

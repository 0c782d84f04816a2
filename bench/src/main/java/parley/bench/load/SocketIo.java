package parley.bench.load;

import io.netty.buffer.ByteBuf;

/**
 * Any Socket.IO v4 server over WebSocket that knows the events {@code join {room}} (acknowledged)
 * and {@code send {room, text}}, and broadcasts {@code message} with one object: Parley does, and
 * so do the peers of {@code bench peers}.
 */
final class SocketIo implements Dialect {
  private final Tokens tokens;

  SocketIo(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public String path() {
    return "/socket.io/?EIO=4&transport=websocket";
  }

  @Override
  public void opened(Client client) {
    // The server speaks first: its handshake is the packet 0.
  }

  @Override
  public void text(Client client, ByteBuf in, int start, int length) {
    switch (in.getByte(start)) {
      case '0' -> client.write("40{\"token\":\"" + tokens.of(client.number()) + "\"}");
      case '2' -> {
        client.pinged();
        client.write("3");
      }
      case '4' -> packet(client, in, start, length);
      default -> {}
    }
  }

  private static void packet(Client client, ByteBuf in, int start, int length) {
    switch (in.getByte(start + 1)) {
      case '0' -> client.write("420[\"join\",{\"room\":\"" + client.room().id() + "\"}]");
      case '2' -> {
        if (Dialect.startsWith(in, start, length, "42[\"message\"")) {
          client.delivered(in, start, length);
        }
      }
      case '3' -> {
        boolean ok = !Dialect.contains(in, start, length, "\"ok\":false", 40);
        if (client.isReady()) {
          client.answered(ok);
        } else if (ok) {
          client.ready();
        } else {
          client.refused(in, start, length);
        }
      }
      case '4' -> client.refused(in, start, length);
      default -> {}
    }
  }

  @Override
  public String message(Client client, String text) {
    return "421[\"send\",{\"room\":\"" + client.room().id() + "\",\"text\":\"" + text + "\"}]";
  }
}

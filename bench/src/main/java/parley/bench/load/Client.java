package parley.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.bench.measure.Tally;
import parley.bench.wire.ClientFrames;
import parley.bench.wire.FrameScanner;
import parley.bench.wire.Stamp;

/**
 * One connection of the generator: opens, joins its room, then counts what comes. Owned by the
 * event loop.
 */
final class Client extends ChannelInboundHandlerAdapter implements FrameScanner.Listener {
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int REASON_CHARACTERS_MAX = 200;

  private final Swarm swarm;
  private final Dialect dialect;
  private final Tally tally;
  private final int number;
  private final Room room;
  private final String host;
  private final FrameScanner scanner = new FrameScanner();
  private @Nullable ChannelHandlerContext context;
  private boolean upgraded;
  private boolean ready;
  private boolean leaving;
  private int stampAt = -1;
  private int last;
  private long pingedAt;
  private long seq;

  /**
   * @param before the connection that this one comes back for, if it had got so far
   */
  Client(
      Swarm swarm, Dialect dialect, int number, Room room, String host, @Nullable Client before) {
    this.swarm = swarm;
    this.dialect = dialect;
    this.tally = swarm.tally();
    this.number = number;
    this.room = room;
    this.host = host;
    if (before != null) {
      last = before.last;
      seq = before.seq;
    }
  }

  int number() {
    return number;
  }

  Room room() {
    return room;
  }

  boolean isReady() {
    return ready;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    String request =
        "GET "
            + dialect.path().replace("{room}", room.id())
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    ctx.writeAndFlush(
        ctx.alloc().buffer().writeBytes(request.getBytes(StandardCharsets.US_ASCII)),
        ctx.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf in = (ByteBuf) read;
    tally.bytes += in.readableBytes();
    if (!upgraded && !upgrade(in)) {
      return;
    }
    scanner.read(in, ctx.alloc(), this);
  }

  /**
   * Passes over the answer to the upgrade; the answer of every server under test comes in one
   * piece.
   */
  private boolean upgrade(ByteBuf in) {
    String answer = in.toString(StandardCharsets.ISO_8859_1);
    int end = answer.indexOf("\r\n\r\n");
    if (!answer.startsWith("HTTP/1.1 101") || end < 0) {
      in.release();
      fail(answer.lines().findFirst().orElse("no answer"));
      return false;
    }
    in.skipBytes(end + 4);
    upgraded = true;
    dialect.opened(this);
    return true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
    swarm.pump();
  }

  @Override
  public void frame(int opcode, ByteBuf buffer, int start, int length) {
    switch (opcode) {
      case TEXT -> dialect.text(this, buffer, start, length);
      case PING -> {
        pinged();
        pong(buffer, start, length);
      }
      case CLOSE -> swarm.note("closed by the server", number);
      default -> {}
    }
  }

  /** The server asks whether it is still there. */
  void pinged() {
    long now = System.nanoTime();
    if (pingedAt != 0) {
      tally.pinged(now - pingedAt);
    }
    pingedAt = now;
  }

  private void pong(ByteBuf buffer, int start, int length) {
    byte[] payload = new byte[length];
    buffer.getBytes(start, payload);
    ChannelHandlerContext ctx = open();
    ctx.write(ClientFrames.pong(ctx.alloc(), payload), ctx.voidPromise());
  }

  /** A text of the room came: when was it due, and is it the one after the last? */
  void delivered(ByteBuf in, int start, int length) {
    stampAt = Stamp.find(in, start, length, stampAt);
    if (stampAt < 0) {
      return;
    }
    take(in, start + stampAt);
  }

  /** The answer to a join holds what was missed. */
  void missed(ByteBuf in, int start, int length) {
    int from = 0;
    for (int at; (at = Stamp.find(in, start + from, length - from, -1)) >= 0; ) {
      take(in, start + from + at);
      from += at + Stamp.LENGTH;
    }
  }

  private void take(ByteBuf in, int stamp) {
    int count = Stamp.count(in, stamp);
    if (count > last + 1 && last > 0) {
      tally.gaps += count - last - 1;
    } else if (count <= last) {
      tally.repeats++;
    }
    last = Math.max(last, count);
    tally.delivered++;
    tally.latency(System.nanoTime() - Stamp.nanos(in, stamp));
    swarm.delivered();
  }

  /** The server's own number of what came last; 0: it is not known. */
  long seq() {
    return seq;
  }

  void heardUpTo(long seq) {
    this.seq = seq;
  }

  void ready() {
    ready = true;
    swarm.ready(this);
  }

  void answered(boolean ok) {
    if (ok) {
      tally.acked++;
    } else {
      tally.refused++;
      swarm.undelivered(room);
    }
  }

  /** The server would not let the client in. */
  void refused(ByteBuf in, int start, int length) {
    fail(in.toString(start, Math.min(length, REASON_CHARACTERS_MAX), StandardCharsets.UTF_8));
  }

  private void fail(String reason) {
    swarm.note(reason, number);
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.close();
    }
  }

  void write(String text) {
    ChannelHandlerContext ctx = open();
    ctx.write(ClientFrames.text(ctx.alloc(), text), ctx.voidPromise());
  }

  void send(long due, int count, int textLength) {
    tally.sent++;
    write(dialect.message(this, Stamp.text(due, count, textLength)));
    open().flush();
  }

  /** Stops, or starts again, to take what the server sends. */
  void reads(boolean on) {
    open().channel().config().setAutoRead(on);
  }

  /** What the last text's number was. */
  int last() {
    return last;
  }

  void leave() {
    leaving = true;
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.close();
    }
  }

  private ChannelHandlerContext open() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not connected yet");
    }
    return ctx;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    scanner.close();
    boolean was = ready;
    ready = false;
    if (!leaving) {
      swarm.lost(this, was);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    swarm.note(String.valueOf(cause), number);
    ctx.close();
  }
}

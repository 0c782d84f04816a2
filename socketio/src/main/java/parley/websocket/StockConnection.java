package parley.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FramedConnection} that goes through the API of Vert.x: frames are taken apart and
 * written as its own.
 */
final class StockConnection implements FramedConnection {
  private static final int ABNORMAL = 1006;
  private static final int NOT_UTF8 = 1007;
  private static final int TOO_BIG = 1009;

  private final ServerWebSocket socket;
  private final int messageBytesMax;
  private final FramedListener listener;
  private @Nullable ByteBuf fragments;
  private boolean fragmentsAreText;
  private long bytesPending;
  private int closeCode = ABNORMAL;
  private boolean closing;

  private StockConnection(ServerWebSocket socket, int messageBytesMax, FramedListener listener) {
    this.socket = socket;
    this.messageBytesMax = messageBytesMax;
    this.listener = listener;
  }

  static FramedConnection adopt(
      ServerWebSocket socket, int messageBytesMax, FramedListener listener) {
    var connection = new StockConnection(socket, messageBytesMax, listener);
    socket.exceptionHandler(
        failure -> {}); // a cut connection or a broken frame: the close handler follows
    socket.frameHandler(connection::received);
    socket.pongHandler(pong -> listener.onPong());
    socket.drainHandler(nothing -> listener.onDrain());
    socket.closeHandler(nothing -> connection.ended());
    return connection;
  }

  private void received(WebSocketFrame frame) {
    if (closing || !(frame.isText() || frame.isBinary() || frame.isContinuation())) {
      return;
    }
    ByteBuf payload = ((BufferInternal) frame.binaryData()).getByteBuf();
    ByteBuf earlier = fragments;
    if (payload.readableBytes() + (earlier == null ? 0 : earlier.readableBytes())
        > messageBytesMax) {
      close(TOO_BIG, "message too big");
      return;
    }
    if (!frame.isContinuation()) {
      fragmentsAreText = frame.isText();
    }
    if (frame.isFinal() && earlier == null) {
      deliver(payload);
      return;
    }
    fragments = (earlier == null ? Unpooled.buffer() : earlier).writeBytes(payload);
    if (frame.isFinal()) {
      ByteBuf whole = fragments;
      fragments = null;
      deliver(whole);
    }
  }

  private void deliver(ByteBuf message) {
    if (!fragmentsAreText) {
      listener.onBinary(message);
    } else if (ByteBufUtil.isText(message, UTF_8)) {
      listener.onText(message);
    } else {
      close(NOT_UTF8, "invalid UTF-8");
    }
  }

  private void ended() {
    fragments = null;
    Short peers = socket.closeStatusCode();
    int code = peers != null && peers != ABNORMAL ? peers : closeCode;
    closing = true;
    listener.onClose(code);
  }

  @Override
  public void write(ByteBuf frames) {
    try {
      if (!closing && !socket.isClosed()) {
        ServerFrames.forEach(frames, this::writeFrame);
      }
    } finally {
      frames.release();
    }
  }

  private void writeFrame(int opcode, ByteBuf payload) {
    int bytes = payload.readableBytes();
    Future<Void> written =
        opcode == ServerFrames.TEXT
            ? socket.writeFinalTextFrame(payload.toString(UTF_8))
            : socket.writeFinalBinaryFrame(Buffer.buffer(ByteBufUtil.getBytes(payload)));
    if (!written.isComplete()) {
      bytesPending += bytes;
      written.onComplete(done -> bytesPending -= bytes);
    }
  }

  @Override
  public void flush() {
    // Vert.x flushes each write
  }

  @Override
  public void ping() {
    if (!closing && !socket.isClosed()) {
      var _ = socket.writePing(Buffer.buffer());
    }
  }

  @Override
  public long bytesPending() {
    return bytesPending;
  }

  @Override
  public boolean isWritable() {
    return !socket.isClosed() && !socket.writeQueueFull();
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void close(int code, String reason) {
    if (!closing) {
      closing = true;
      closeCode = code;
      if (!socket.isClosed()) {
        var _ = socket.close((short) code, reason);
      }
    }
  }

  @Override
  public void abort() {
    closing = true;
    var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
  }
}

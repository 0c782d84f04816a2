package parley.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FramedConnection} that is the last handler of its channel: frames come in from Netty's
 * decoder, and what is written goes out as it is. All fields belong to the channel's event loop.
 */
final class LeanConnection extends ChannelInboundHandlerAdapter implements FramedConnection {
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;
  private static final int ABNORMAL = 1006;
  private static final int NOT_UTF8 = 1007;
  private static final int TOO_BIG = 1009;

  /** How long the peer may take to answer a close frame, or to take the answer to its own. */
  private static final long CLOSE_ANSWERED_WITHIN_MILLIS = 10_000;

  /** A peer that broke the protocol can only hang up: nothing more of it is understood. */
  private static final long HANG_UP_WITHIN_MILLIS = 1_000;

  private final Channel channel;
  private final ContextInternal context;
  private final int messageBytesMax;
  private final FramedListener listener;

  /**
   * Nothing stands between this and the socket, so that what goes out need not walk the pipeline.
   */
  private final boolean isBare;

  private @Nullable Fragments fragments;

  /** Read while paused: at most what one read from the socket held, since no other follows. */
  private @Nullable Queue<WebSocketFrame> held;

  private @Nullable Future<?> cut;
  private int sentCode;
  private int peersCode;
  private boolean paused;
  private boolean delivering;
  private boolean pongsUnflushed;
  private boolean closing;
  private boolean gone;

  LeanConnection(
      Channel channel, ContextInternal context, int messageBytesMax, FramedListener listener) {
    this.channel = channel;
    this.context = context;
    this.messageBytesMax = messageBytesMax;
    this.listener = listener;
    this.isBare = channel.pipeline().get(SslHandler.class) == null;
  }

  // out

  @Override
  public void write(ByteBuf frames) {
    if (closing || gone) {
      frames.release();
    } else {
      send(frames);
    }
  }

  private void send(ByteBuf frames) {
    if (isBare) {
      channel.unsafe().write(frames, channel.voidPromise());
    } else {
      channel.write(frames, channel.voidPromise());
    }
  }

  @Override
  public void flush() {
    if (isBare) {
      channel.unsafe().flush();
    } else {
      channel.flush();
    }
  }

  @Override
  public void ping() {
    if (!closing && !gone) {
      send(ServerFrames.emptyPing());
      flush();
    }
  }

  @Override
  public long bytesPending() {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  @Override
  public boolean isWritable() {
    return !gone && channel.isWritable();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable() && !gone) {
      dispatch(listener::onDrain);
    }
  }

  // in

  @Override
  public void pause() {
    if (!closing && !gone) {
      paused = true;
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void resume() {
    paused = false;
    if (!delivering) {
      deliverHeld();
      flushPongs();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame frame)) {
      ReferenceCountUtil.release(message);
    } else if (paused || delivering) {
      hold(frame);
    } else {
      deliver(frame);
      deliverHeld();
    }
  }

  private void hold(WebSocketFrame frame) {
    Queue<WebSocketFrame> queue = held;
    if (queue == null) {
      queue = new ArrayDeque<>();
      held = queue;
    }
    queue.add(frame);
  }

  private void deliverHeld() {
    while (!paused && held != null) {
      WebSocketFrame next = held.poll();
      if (next == null) {
        held = null;
      } else {
        deliver(next);
      }
    }
    if (!paused && !gone && !channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  private void deliver(WebSocketFrame frame) {
    delivering = true;
    try {
      received(frame);
    } finally {
      delivering = false;
      frame.release();
    }
  }

  private void received(WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame close) {
      peerCloses(close);
    } else if (closing) {
      return;
    } else if (frame instanceof PongWebSocketFrame) {
      dispatch(listener::onPong);
    } else if (frame instanceof PingWebSocketFrame) {
      answer(frame.content());
    } else if (fragments == null && frame.isFinalFragment()) {
      deliver(frame instanceof TextWebSocketFrame, frame.content());
    } else {
      join(frame);
    }
  }

  private void join(WebSocketFrame frame) {
    Fragments message = fragments;
    if (message == null) {
      message = new Fragments(frame instanceof TextWebSocketFrame, messageBytesMax);
      fragments = message;
    }
    if (!message.add(frame.content())) {
      close(TOO_BIG, "message too big");
    } else if (frame.isFinalFragment()) {
      fragments = null;
      deliver(message.text, message.bytes);
    }
  }

  private void deliver(boolean text, ByteBuf message) {
    if (!text) {
      dispatch(() -> listener.onBinary(message));
    } else if (ByteBufUtil.isText(message, UTF_8)) {
      dispatch(() -> listener.onText(message));
    } else {
      close(NOT_UTF8, "invalid UTF-8");
    }
  }

  /** On Vert.x' context, as its own handlers run; a failure is reported there and ends nothing. */
  private void dispatch(Runnable task) {
    context.dispatch(task);
  }

  /** A peer that takes nothing gets no pongs either, so that pings cannot pile them up. */
  private void answer(ByteBuf ping) {
    if (channel.isWritable()) {
      send(ServerFrames.pong(channel.alloc(), ping));
      pongsUnflushed = true;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushPongs();
  }

  private void flushPongs() {
    if (pongsUnflushed) {
      pongsUnflushed = false;
      flush();
    }
  }

  @Override
  public void close(int code, String reason) {
    close(code, reason, CLOSE_ANSWERED_WITHIN_MILLIS);
  }

  private void close(int code, String reason, long cutAfterMillis) {
    if (closing || gone) {
      return;
    }
    stopListening();
    sentCode = code;
    channel.writeAndFlush(ServerFrames.close(channel.alloc(), code, reason), channel.voidPromise());
    cutAfter(cutAfterMillis);
  }

  private void peerCloses(CloseWebSocketFrame frame) {
    int code = frame.statusCode();
    peersCode = code == -1 ? NORMAL : code & 0xFFFF;
    if (closing) {
      channel.close();
      return;
    }
    stopListening();
    sentCode = peersCode;
    channel
        .writeAndFlush(ServerFrames.close(channel.alloc(), peersCode, ""))
        .addListener(ChannelFutureListener.CLOSE);
    cutAfter(CLOSE_ANSWERED_WITHIN_MILLIS);
  }

  /** From now on only the peer's close frame counts, and for that it must be read. */
  private void stopListening() {
    closing = true;
    paused = false;
    fragments = null;
    if (!delivering) {
      deliverHeld();
    }
  }

  private void cutAfter(long millis) {
    if (!gone) {
      cut = channel.eventLoop().schedule(() -> channel.close(), millis, MILLISECONDS);
    }
  }

  @Override
  public void abort() {
    closing = true;
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException broken && !closing) {
      close(
          broken.closeStatus().code(), String.valueOf(broken.getMessage()), HANG_UP_WITHIN_MILLIS);
    } else {
      channel.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ShutdownEvent) {
      close(GOING_AWAY, "");
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (gone) {
      return;
    }
    gone = true;
    closing = true;
    fragments = null;
    Future<?> timer = cut;
    if (timer != null) {
      timer.cancel(false);
    }
    Queue<WebSocketFrame> unheard = held;
    held = null;
    if (unheard != null) {
      unheard.forEach(WebSocketFrame::release);
    }
    int code = peersCode != 0 ? peersCode : sentCode != 0 ? sentCode : ABNORMAL;
    dispatch(() -> listener.onClose(code));
  }
}

package parley.engineio;

import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.websocket.FramedConnection;
import parley.websocket.FramedListener;

/**
 * Between a session and a WebSocket of another event loop: a client that polled on one connection
 * may open its WebSocket on another, which the kernel gave to another loop. What is written in a
 * turn crosses as one task.
 */
final class LoopBridge implements FramedConnection, FramedListener {
  private static final long WRITABLE_BYTES_MAX = 64 << 10;

  private final EngineSession session;
  private final WebSocketTransport transport;
  private final ContextInternal socketContext;
  private @Nullable FramedConnection
      socket; // set once, on the socket's loop, before anything crosses

  private List<ByteBuf> unflushed = new ArrayList<>(); // session's loop
  private long unflushedBytes; // session's loop
  private final AtomicLong crossingBytes = new AtomicLong();
  private volatile long socketBytes;
  private volatile boolean drainWanted;

  LoopBridge(EngineSession session, WebSocketTransport transport, ContextInternal socketContext) {
    this.session = session;
    this.transport = transport;
    this.socketContext = socketContext;
  }

  /** On the socket's loop. */
  void socket(FramedConnection adopted) {
    socket = adopted;
    session.run(() -> transport.connection(this));
  }

  private FramedConnection socket() {
    FramedConnection adopted = socket;
    if (adopted == null) {
      throw new IllegalStateException("used before a WebSocket was adopted");
    }
    return adopted;
  }

  // called on the session's loop

  @Override
  public void write(ByteBuf frames) {
    unflushed.add(frames);
    unflushedBytes += frames.readableBytes();
  }

  @Override
  public void flush() {
    if (unflushed.isEmpty()) {
      return;
    }
    List<ByteBuf> batch = unflushed;
    long bytes = unflushedBytes;
    unflushed = new ArrayList<>();
    unflushedBytes = 0;
    crossingBytes.addAndGet(bytes);
    socketContext.execute(() -> arrive(batch, bytes));
  }

  @Override
  public void ping() {
    socketContext.execute(() -> socket().ping());
  }

  private void arrive(List<ByteBuf> batch, long bytes) {
    FramedConnection adopted = socket();
    batch.forEach(adopted::write);
    adopted.flush();
    socketBytes = adopted.bytesPending();
    crossingBytes.addAndGet(-bytes);
    tellDrained();
  }

  private void tellDrained() {
    if (drainWanted && bytesCrossed() <= WRITABLE_BYTES_MAX) {
      drainWanted = false;
      session.run(transport::onDrain);
    }
  }

  private long bytesCrossed() {
    return crossingBytes.get() + socketBytes;
  }

  @Override
  public long bytesPending() {
    return unflushedBytes + bytesCrossed();
  }

  @Override
  public boolean isWritable() {
    if (bytesPending() <= WRITABLE_BYTES_MAX) {
      return true;
    }
    drainWanted = true;
    flush();
    socketContext.execute(this::measure); // it may have drained before it was wanted
    return false;
  }

  private void measure() {
    socketBytes = socket().bytesPending();
    tellDrained();
  }

  @Override
  public void pause() {
    socketContext.execute(() -> socket().pause());
  }

  @Override
  public void resume() {
    socketContext.execute(() -> socket().resume());
  }

  @Override
  public void close(int code, String reason) {
    flush();
    socketContext.execute(() -> socket().close(code, reason));
  }

  @Override
  public void abort() {
    unflushed.forEach(ByteBuf::release);
    unflushed.clear();
    socketContext.execute(() -> socket().abort());
  }

  // called on the socket's loop

  @Override
  public void onText(ByteBuf message) {
    ByteBuf kept = message.retain();
    session.run(
        () -> {
          transport.onText(kept);
          kept.release();
        });
  }

  @Override
  public void onBinary(ByteBuf message) {
    ByteBuf kept = message.retain();
    session.run(
        () -> {
          transport.onBinary(kept);
          kept.release();
        });
  }

  @Override
  public void onDrain() {
    socketBytes = socket().bytesPending();
    tellDrained();
  }

  @Override
  public void onClose(int code) {
    session.run(
        () -> {
          unflushed.forEach(ByteBuf::release);
          unflushed.clear();
          transport.onClose(code);
        });
  }
}

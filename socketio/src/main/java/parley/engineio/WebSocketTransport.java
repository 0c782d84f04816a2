package parley.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;
import parley.websocket.FramedConnection;
import parley.websocket.FramedListener;

/** A WebSocket: from the start, or at first beside a polling session that may move to it. */
final class WebSocketTransport implements Transport, FramedListener {
  /**
   * Not every client answers a close frame, and some only notice the end of the connection itself.
   */
  private static final long CLOSE_GRACE_MILLIS = 1000;

  /** What a WebSocket is closed with that no session has moved to. */
  static final int REFUSED_CODE = 1002;

  static final String REFUSED_TEXT = "upgrade refused";
  private static final Outgoing PROBE_ANSWER = Outgoing.eternal("3probe");

  private final EngineSession session;
  private final int outboxBytesMax;
  private @Nullable FramedConnection connection; // set once, before anything comes in
  private boolean candidate;
  private boolean refused;
  private boolean gone;

  WebSocketTransport(EngineSession session, int outboxBytesMax, boolean candidate) {
    this.session = session;
    this.outboxBytesMax = outboxBytesMax;
    this.candidate = candidate;
  }

  void connection(FramedConnection adopted) {
    connection = adopted;
    if (refused) {
      refuse(adopted);
    }
  }

  private void refuse(FramedConnection open) {
    if (session.isDeafToCloseFrames()) {
      open.abort();
    } else {
      open.close(REFUSED_CODE, REFUSED_TEXT);
    }
  }

  @Override
  public TransportKind kind() {
    return TransportKind.WEBSOCKET;
  }

  @Override
  public void onText(ByteBuf message) {
    byte[] bytes = ByteBufUtil.getBytes(message);
    if (refused) {
      return;
    }
    if (candidate) {
      probing(bytes);
    } else {
      session.received(bytes, 0, bytes.length);
    }
  }

  @Override
  public void onBinary(ByteBuf message) {
    if (refused) {
      return;
    }
    if (candidate) {
      refuse();
    } else {
      session.receivedBinary(ByteBufUtil.getBytes(message));
    }
  }

  /** Before the move only two packets are allowed: the probe, and the word to move. */
  private void probing(byte[] packet) {
    if (packet.length == 6 && packet[0] == '2' && packet[1] == 'p') {
      send(PROBE_ANSWER);
      flush();
      session.probed(this);
    } else if (packet.length == 1 && packet[0] == '5') {
      candidate = false;
      session.upgrade(this);
    } else {
      refuse();
    }
  }

  /** The polling session goes on without this. */
  void refuse() {
    candidate = true;
    refused = true;
    session.candidateGone(this);
    FramedConnection open = connection;
    if (open != null) {
      refuse(open);
    }
  }

  @Override
  public void onClose(int code) {
    gone = true;
    if (candidate) {
      session.candidateGone(this);
    } else {
      session.close(CloseReason.TRANSPORT_CLOSE);
    }
  }

  @Override
  public void onDrain() {
    if (!candidate) {
      session.drained();
    }
  }

  @Override
  public void send(Outgoing packets) {
    write(packets.framesForOne());
  }

  void write(ByteBuf frames) {
    FramedConnection open = connection;
    if (open == null || gone) {
      frames.release();
      return;
    }
    open.write(frames);
    if (open.bytesPending() > outboxBytesMax) {
      session.outboxFull();
    }
  }

  @Override
  public void flush() {
    FramedConnection open = connection;
    if (open != null && !gone) {
      open.flush();
    }
  }

  @Override
  public long bytesPending() {
    FramedConnection open = connection;
    return open == null || gone ? 0 : open.bytesPending();
  }

  @Override
  public boolean isWritable() {
    FramedConnection open = connection;
    return open != null && !gone && open.isWritable();
  }

  void reading(boolean on) {
    FramedConnection open = connection;
    if (open == null || gone) {
      return;
    }
    if (on) {
      open.resume();
    } else {
      open.pause();
    }
  }

  @Override
  public void end(CloseReason reason) {
    FramedConnection open = connection;
    if (open == null || gone) {
      return;
    }
    if (reason == CloseReason.OUTBOX_FULL || reason == CloseReason.PING_TIMEOUT) {
      open.abort(); // it takes nothing, so a closing handshake would wait behind all of it
    } else if (session.isDeafToCloseFrames()) {
      open.flush();
      open.abort();
    } else {
      open.close(reason.webSocketCode(), reason.text());
      session.later(
          CLOSE_GRACE_MILLIS,
          () -> {
            if (!gone) {
              open.abort();
            }
          });
    }
  }
}

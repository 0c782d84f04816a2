package parley.engineio;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Long polling: what is to be sent waits for the next poll, a poll waits for something to be sent.
 */
final class PollingTransport implements Transport {
  private static final byte[] NOOP = "6".getBytes(US_ASCII);
  private static final byte[] CLOSE = "1".getBytes(US_ASCII);

  private final EngineSession session;
  private final EngineOptions options;
  private final ArrayDeque<byte[]> outbox = new ArrayDeque<>(); // bounded by outboxBytesMax
  private long outboxBytes;
  private boolean wasFull;
  private boolean probed;
  private volatile @Nullable PollReply poll; // only read by other threads, and those are tests'

  PollingTransport(EngineSession session, EngineOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public TransportKind kind() {
    return TransportKind.POLLING;
  }

  /** A poll has come; only one may wait. */
  void poll(PollReply arrived) {
    if (poll != null) {
      options.counters().refused(Refusal.REQUESTS_OVERLAP);
      session.close(CloseReason.TRANSPORT_ERROR);
      arrived.error(ErrorReply.BAD_REQUEST);
      return;
    }
    poll = arrived;
    arrived.onAbort(session, () -> aborted(arrived));
    flush();
    if (probed) {
      release();
    }
  }

  boolean isWaiting() {
    return poll != null;
  }

  private void aborted(PollReply gone) {
    if (poll == gone) {
      poll = null;
      session.close(CloseReason.TRANSPORT_ERROR);
    }
  }

  /** The client opened a WebSocket and waits for its poll to come back before it moves there. */
  void probed() {
    probed = true;
    flush();
    release();
  }

  /** The client will not move after all. */
  void probeEnded() {
    probed = false;
  }

  /** Answers the waiting poll, if any, with nothing. */
  void release() {
    answer(NOOP);
  }

  private void answer(byte[] payload) {
    PollReply waiting = poll;
    if (waiting != null) {
      poll = null;
      waiting.packets(payload, () -> session.run(() -> session.close(CloseReason.TRANSPORT_ERROR)));
    }
  }

  @Override
  public void send(Outgoing packets) {
    byte[] form = packets.pollingForm();
    outbox.add(form);
    outboxBytes += form.length;
    if (outboxBytes > options.outboxBytesMax()) {
      session.outboxFull();
    }
    wasFull |= outboxBytes > options.writableBytesMax();
  }

  @Override
  public void flush() {
    if (poll == null || outbox.isEmpty()) {
      return;
    }
    answer(takeBatch());
    if (wasFull && isWritable()) {
      wasFull = false;
      session.drained();
    }
  }

  /** At least one piece, and as many as fit into a payload. */
  private byte[] takeBatch() {
    byte[] first = outbox.remove();
    outboxBytes -= first.length;
    byte[] next = outbox.peek();
    if (next == null) {
      return first;
    }
    var batch = new ByteArrayOutputStream((int) Math.min(outboxBytes, options.payloadBytesMax()));
    batch.writeBytes(first);
    while (next != null && batch.size() + 1 + next.length <= options.payloadBytesMax()) {
      outbox.remove();
      outboxBytes -= next.length;
      batch.write(Outgoing.SEPARATOR);
      batch.writeBytes(next);
      next = outbox.peek();
    }
    return batch.toByteArray();
  }

  @Override
  public long bytesPending() {
    return outboxBytes;
  }

  @Override
  public boolean isWritable() {
    return outboxBytes <= options.writableBytesMax();
  }

  /** Moves what is waiting to a WebSocket. */
  void handOver(WebSocketTransport to) {
    release();
    for (byte[] form = outbox.poll(); form != null; form = outbox.poll()) {
      to.write(Outgoing.framesOf(form));
    }
    outboxBytes = 0;
  }

  /** Whether it was not writable and nobody was told that it is again. */
  boolean wasFull() {
    return wasFull;
  }

  /** The client said that it closes: its waiting poll is let go. */
  void clientClosed() {
    release();
  }

  /**
   * What was sent before and the word that it is closed come in two answers. The usual client puts
   * an event that it takes in together with the end aside, and gives it to its user once it has
   * come back: then it is late, and told twice if it was recovered too.
   */
  @Override
  public void end(CloseReason reason) {
    boolean toldAll = outbox.isEmpty();
    boolean lingers = reason.isOrderly() && !(toldAll && poll != null);
    if (lingers) {
      session.linger(); // the client may ask again before this goes on
    }
    if (poll != null) {
      answer(toldAll ? CLOSE : takeBatch());
    }
    if (!lingers) {
      outbox.clear();
      outboxBytes = 0;
    }
  }

  /** A poll of a session that was closed; true if it was told so. */
  boolean lastPoll(PollReply arrived) {
    boolean toldAll = outbox.isEmpty();
    arrived.packets(toldAll ? CLOSE : takeBatch(), () -> {});
    return toldAll;
  }
}

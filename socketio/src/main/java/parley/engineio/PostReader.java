package parley.engineio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import parley.timing.TimingWheel;

/** Reads one posted body within the limits of size and time, on the event loop of its request. */
final class PostReader extends TimingWheel.Entry {
  private static final int TOO_LARGE = 413;
  private static final int TOO_SLOW = 408;

  private final HttpServerRequest request;
  private final EngineSession session;
  private final EngineOptions options;
  private final TimingWheel wheel;
  private final PollReply reply;
  private final Buffer body = Buffer.buffer();
  private boolean done;

  private PostReader(
      HttpServerRequest request,
      ContextInternal context,
      EngineSession session,
      EngineOptions options,
      TimingWheel wheel) {
    this.request = request;
    this.session = session;
    this.options = options;
    this.wheel = wheel;
    this.reply = new PollReply(request, context, options);
  }

  static void read(
      HttpServerRequest request,
      ContextInternal context,
      EngineSession session,
      EngineOptions options,
      TimingWheel wheel) {
    var reader = new PostReader(request, context, session, options, wheel);
    if (!session.beginPost()) {
      options.counters().refused(Refusal.REQUESTS_OVERLAP);
      session.run(() -> session.close(CloseReason.TRANSPORT_ERROR));
      reader.reply.error(ErrorReply.BAD_REQUEST);
    } else if ("application/octet-stream".equals(request.getHeader("Content-Type"))) {
      reader.fail(400, Refusal.BAD_REQUEST);
    } else if (reader.announcedBytes() > options.payloadBytesMax()) {
      reader.fail(TOO_LARGE, Refusal.PAYLOAD_TOO_LARGE);
    } else {
      reader.start();
    }
  }

  private long announcedBytes() {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private void start() {
    wheel.schedule(this, options.bodyTimeout().toMillis());
    request.handler(this::received);
    request.exceptionHandler(failure -> abandoned());
    request.endHandler(end -> arrived());
  }

  private void received(Buffer chunk) {
    if (done) {
      return;
    }
    if (body.length() + chunk.length() > options.payloadBytesMax()) {
      fail(TOO_LARGE, Refusal.PAYLOAD_TOO_LARGE);
    } else {
      body.appendBuffer(chunk);
    }
  }

  private void arrived() {
    if (end()) {
      byte[] bytes = body.getBytes();
      session.run(() -> session.post(bytes, reply));
    }
  }

  private void abandoned() {
    if (end()) {
      session.endPost();
      session.run(() -> session.close(CloseReason.TRANSPORT_ERROR));
    }
  }

  @Override
  protected void expire(long lateMillis) {
    fail(TOO_SLOW, Refusal.SLOW_BODY);
  }

  private void fail(int status, Refusal refusal) {
    if (end()) {
      options.counters().refused(refusal);
      session.endPost();
      session.run(() -> session.close(CloseReason.TRANSPORT_ERROR));
      reply.cut(status);
    }
  }

  private boolean end() {
    if (done) {
      return false;
    }
    done = true;
    wheel.cancel(this);
    return true;
  }
}

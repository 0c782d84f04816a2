package parley.engineio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request of a session, waiting for its answer; the session's loop may be another than the
 * request's.
 */
final class PollReply {
  private final HttpServerRequest request;
  private final ContextInternal context;
  private final EngineOptions options;
  private volatile boolean gone;
  private volatile @Nullable Runnable onAbort;

  /** On the request's loop, in the turn that it arrived in. */
  PollReply(HttpServerRequest request, ContextInternal context, EngineOptions options) {
    this.request = request;
    this.context = context;
    this.options = options;
    request.response().closeHandler(closed -> gone());
  }

  private void gone() {
    gone = true;
    Runnable told = onAbort;
    if (told != null) {
      told.run();
    }
  }

  /**
   * Runs the task on the session's loop when the client goes away before it was answered; perhaps
   * twice.
   */
  void onAbort(EngineSession session, Runnable task) {
    onAbort = () -> session.run(task);
    if (gone) {
      session.run(task);
    }
  }

  /** Runs the task on the request's loop if the client went away before it was sent that. */
  void packets(byte[] payload, Runnable whenLost) {
    context.execute(
        () -> {
          if (!answer(200, "text/plain; charset=UTF-8", payload)) {
            whenLost.run();
          }
        });
  }

  void ok() {
    context.execute(() -> answer(200, "text/html", new byte[] {'o', 'k'}));
  }

  void error(ErrorReply error) {
    options.counters().refused(error.refusal());
    context.execute(() -> error.send(request));
  }

  /** Answers without a body and closes the connection, of which more may still be coming in. */
  void cut(int status) {
    context.execute(
        () -> {
          var response = request.response();
          if (!response.ended() && !response.closed()) {
            response.putHeader("Connection", "close").setStatusCode(status);
            var _ = response.end().onComplete(done -> request.connection().close());
          }
        });
  }

  private boolean answer(int status, String contentType, byte[] body) {
    var response = request.response();
    if (response.ended() || response.closed()) {
      return false;
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", contentType)
        .putHeader("Cache-Control", "no-store");
    byte[] sent = body;
    if (options.gzipBytesMin() > 0 && body.length >= options.gzipBytesMin() && takesGzip()) {
      response.putHeader("Content-Encoding", "gzip");
      response.headers().add("Vary", "Accept-Encoding");
      sent = gzip(body);
    }
    var _ = response.end(Buffer.buffer(sent));
    return true;
  }

  private boolean takesGzip() {
    String accepted = request.getHeader("Accept-Encoding");
    return accepted != null && accepted.contains("gzip");
  }

  private static byte[] gzip(byte[] body) {
    var out = new ByteArrayOutputStream(body.length / 2);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to write", e);
    }
    return out.toByteArray();
  }
}

package parley.engineio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * An HTTP request of a session, waiting for its answer; the session's loop may be another than the
 * request's.
 */
final class PollReply {
  private final HttpServerRequest request;
  private final ContextInternal context;
  private final EngineOptions options;

  PollReply(HttpServerRequest request, ContextInternal context, EngineOptions options) {
    this.request = request;
    this.context = context;
    this.options = options;
  }

  /** Runs the task on the session's loop when the client goes away before it was answered. */
  void onAbort(EngineSession session, Runnable task) {
    request.response().closeHandler(gone -> session.run(task));
  }

  void packets(byte[] payload) {
    context.execute(() -> answer(200, "text/plain; charset=UTF-8", payload));
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

  private void answer(int status, String contentType, byte[] body) {
    var response = request.response();
    if (response.ended() || response.closed()) {
      return;
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

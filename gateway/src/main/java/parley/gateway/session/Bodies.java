package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;

/** Reads a body as a whole, within a bound. */
public final class Bodies {
  private Bodies() {}

  /** Fails with {@code too_large} past the bound; what follows is thrown away. */
  public static Future<Buffer> read(ReadStream<Buffer> stream, int bytesMax) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    stream.handler(
        part -> {
          if (body.length() + part.length() > bytesMax) {
            whole.tryFail(
                Refused.of(ErrorCode.TOO_LARGE, "the body must be at most " + bytesMax + " bytes"));
          } else if (!whole.future().isComplete()) {
            body.appendBuffer(part);
          }
        });
    stream.exceptionHandler(whole::tryFail);
    stream.endHandler(end -> whole.tryComplete(body));
    stream.resume();
    return whole.future();
  }
}

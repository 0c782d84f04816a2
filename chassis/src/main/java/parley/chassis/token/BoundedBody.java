package parley.chassis.token;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Reads a response's body up to a size. */
final class BoundedBody {

  private BoundedBody() {}

  static Future<Buffer> read(HttpClientResponse response, int bytesMax) {
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    response
        .handler(
            chunk -> {
              body.appendBuffer(chunk);
              if (body.length() > bytesMax && promise.tryFail("more than " + bytesMax + " bytes")) {
                response.request().reset();
              }
            })
        .exceptionHandler(promise::tryFail)
        .endHandler(ignored -> promise.tryComplete(body));
    return promise.future();
  }
}

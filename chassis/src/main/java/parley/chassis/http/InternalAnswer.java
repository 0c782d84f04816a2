package parley.chassis.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;
import parley.protocol.ErrorCode;

/** Another process's answer: its JSON, or the error that it tells. */
final class InternalAnswer {

  private InternalAnswer() {}

  static Future<JsonObject> read(HttpClientResponse response) {
    return body(response).map(bytes -> meaning(response.statusCode(), bytes));
  }

  private static JsonObject meaning(int status, Buffer bytes) {
    if (status >= 200 && status < 300) {
      return InternalClient.json(bytes);
    }
    ErrorAnswer told = ErrorAnswer.parse(InternalClient.json(bytes));
    if (told != null) {
      throw new CallFailed(told, false);
    }
    throw new CallFailed(
        ErrorAnswer.of(ErrorCode.INTERNAL, "another process answered with status " + status), true);
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    response
        .handler(
            chunk -> {
              body.appendBuffer(chunk);
              if (body.length() > InternalClient.answerBytesMax()
                  && promise.tryFail(InternalClient.unavailable("the answer is too large", true))) {
                response.request().reset();
              }
            })
        .exceptionHandler(promise::tryFail)
        .endHandler(ignored -> promise.tryComplete(body));
    return promise.future();
  }
}

package parley.chat.peers;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One HTTP request to another process of Parley, with the cluster's secret. */
final class Peer {
  static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;
  private final HttpClient client;
  private final String secret;

  Peer(HttpClient client, String secret) {
    this.client = client;
    this.secret = secret;
  }

  /** A status and a JSON object, which is empty if the body is none. */
  record Reply(int status, JsonObject json) {}

  Future<Reply> ask(HttpMethod method, String url, @Nullable JsonObject body, Duration timeout) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setAbsoluteURI(url)
            .setTimeout(timeout.toMillis())
            .putHeader("Parley-Cluster", secret);
    return client
        .request(options)
        .compose(
            request -> {
              if (body == null) {
                return request.send();
              }
              request.putHeader("Content-Type", "application/json");
              return request.send(body.toBuffer());
            })
        .compose(Peer::read);
  }

  private static Future<Reply> read(HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() > ANSWER_BYTES_MAX) {
            response.request().reset();
          } else {
            body.appendBuffer(chunk);
          }
        });
    return response
        .end()
        .map(
            done ->
                new Reply(
                    response.statusCode(),
                    body.length() == 0 ? new JsonObject() : new JsonObject(body)));
  }
}

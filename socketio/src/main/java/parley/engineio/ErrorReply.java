package parley.engineio;

import io.vertx.core.http.HttpServerRequest;

/** The errors of the protocol: what a refused request is answered with. */
public enum ErrorReply {
  UNKNOWN_TRANSPORT(400, 0, "Transport unknown", Refusal.UNKNOWN_TRANSPORT),
  UNKNOWN_SID(400, 1, "Session ID unknown", Refusal.UNKNOWN_SID),
  BAD_METHOD(400, 2, "Bad handshake method", Refusal.BAD_METHOD),
  BAD_REQUEST(400, 3, "Bad request", Refusal.BAD_REQUEST),
  FORBIDDEN(403, 4, "Forbidden", Refusal.ORIGIN_NOT_ALLOWED),
  UNSUPPORTED_VERSION(400, 5, "Unsupported protocol version", Refusal.UNSUPPORTED_VERSION);

  private final int status;
  private final String body;
  private final Refusal refusal;

  ErrorReply(int status, int code, String message, Refusal refusal) {
    this.status = status;
    this.body = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }

  /** Answers the request, which must not have been answered yet, on its own context. */
  public void send(HttpServerRequest request) {
    var response = request.response();
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .putHeader("Cache-Control", "no-store")
          .end(body);
    }
  }
}

package parley.engineio;

import io.vertx.core.http.HttpServerRequest;

/**
 * What to do with a request whose session lives on another node ({@link SessionIds#isLocal} says
 * so): a poll, a post, or the upgrade to WebSocket ({@link
 * HttpServerRequest#canUpgradeToWebSocket}).
 */
@FunctionalInterface
public interface ForeignSids {

  /**
   * Takes the request over: it must be answered, here or later. It is handed over on its own
   * context within the turn it arrived in, its body unread; whoever waits before reading must pause
   * it.
   */
  void handle(HttpServerRequest request, String sid);

  /** Answers 400 with code 1, after which clients open a new session. */
  static ForeignSids unknown() {
    return (request, sid) -> ErrorReply.UNKNOWN_SID.send(request);
  }
}

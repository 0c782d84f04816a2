package parley.engineio;

/** Why a session ended. */
public enum CloseReason {
  /** The client closed it, or its connection went away. */
  TRANSPORT_CLOSE("transport close", 1000),
  /** A request was cut short, two requests overlapped, or the like. */
  TRANSPORT_ERROR("transport error", 1002),
  PING_TIMEOUT("ping timeout", 1001),
  /** The client sent what the protocol does not allow. */
  PARSE_ERROR("parse error", 1002),
  /** The client does not take what it is sent, and its outbox is full. */
  OUTBOX_FULL("transport error", 1013),
  /** Nothing was joined in time, or too many such sessions are open. */
  NEVER_ESTABLISHED("forced close", 1008),
  /** The user of the server closed it. */
  FORCED_SERVER_CLOSE("forced server close", 1000),
  /** Something that the server needs does not answer; the client is to come again. */
  NOT_NOW("forced server close", 1013),
  SERVER_SHUTTING_DOWN("server shutting down", 1012);

  private final String text;
  private final int webSocketCode;

  CloseReason(String text, int webSocketCode) {
    this.text = text;
    this.webSocketCode = webSocketCode;
  }

  /** As Socket.IO servers word it. */
  public String text() {
    return text;
  }

  /** With what code a WebSocket is closed for it. */
  public int webSocketCode() {
    return webSocketCode;
  }

  /**
   * Whether a polling client that is just between two polls should still be told by its next one.
   */
  boolean isOrderly() {
    return this == FORCED_SERVER_CLOSE || this == NOT_NOW || this == SERVER_SHUTTING_DOWN;
  }
}

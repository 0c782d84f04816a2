package parley.socketio;

import parley.engineio.CloseReason;

/** Why a socket is connected no longer. */
public enum DisconnectReason {
  TRANSPORT_CLOSE("transport close", true),
  TRANSPORT_ERROR("transport error", true),
  PING_TIMEOUT("ping timeout", true),
  PARSE_ERROR("parse error", true),
  FORCED_SERVER_CLOSE("forced server close", true),
  SERVER_SHUTTING_DOWN("server shutting down", true),
  CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect", false),
  SERVER_NAMESPACE_DISCONNECT("server namespace disconnect", false);

  private final String text;
  private final boolean recoverable;

  DisconnectReason(String text, boolean recoverable) {
    this.text = text;
    this.recoverable = recoverable;
  }

  /** As Socket.IO servers word it. */
  public String text() {
    return text;
  }

  /** Whether the client may come back to its session. */
  public boolean isRecoverable() {
    return recoverable;
  }

  static DisconnectReason of(CloseReason reason) {
    return switch (reason) {
      case TRANSPORT_CLOSE -> TRANSPORT_CLOSE;
      case TRANSPORT_ERROR, OUTBOX_FULL -> TRANSPORT_ERROR;
      case PING_TIMEOUT -> PING_TIMEOUT;
      case PARSE_ERROR -> PARSE_ERROR;
      case NEVER_ESTABLISHED, FORCED_SERVER_CLOSE, NOT_NOW -> FORCED_SERVER_CLOSE;
      case SERVER_SHUTTING_DOWN -> SERVER_SHUTTING_DOWN;
    };
  }
}

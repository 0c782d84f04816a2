package parley.gateway.room;

/** How one event is written for a kind of client. */
public enum WireFormat {
  /** WebSocket frames of Socket.IO EVENT packets whose last argument is the offset. */
  SOCKET_IO_RECOVERABLE,
  /** WebSocket frames of Socket.IO EVENT packets. */
  SOCKET_IO,
  /** WebSocket frames of {@code {"event":…,"data":…}}. */
  PLAIN,
  /** Server-sent events with {@code id: pos}. */
  SSE,
  /** The events' JSON, a newline behind each; nothing ephemeral. */
  JSON
}

package parley.gateway.room;

/** How one event is written for a kind of client. */
public enum WireFormat {
  /** WebSocket frames of Socket.IO EVENT packets whose last argument is the offset. */
  SOCKET_IO_RECOVERABLE(0),
  /** WebSocket frames of Socket.IO EVENT packets. */
  SOCKET_IO(1),
  /** WebSocket frames of {@code {"event":…,"data":…}}. */
  PLAIN(2),
  /** Server-sent events with {@code id:} and a {@link Place}. */
  SSE(3),
  /** The events' JSON, a newline behind each; nothing ephemeral. */
  JSON(4);

  static final int SLOTS = 5;

  /** Its place in arrays with one element per format. */
  final int slot;

  WireFormat(int slot) {
    this.slot = slot;
  }
}

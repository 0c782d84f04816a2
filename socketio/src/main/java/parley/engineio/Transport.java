package parley.engineio;

/** What carries a session at the moment. Used on the session's event loop only. */
sealed interface Transport permits PollingTransport, WebSocketTransport {

  TransportKind kind();

  /** Queues or writes, without flushing. */
  void send(Outgoing packets);

  void flush();

  long bytesPending();

  boolean isWritable();

  /** The session ended; tells the client if it still listens. */
  void end(CloseReason reason);
}

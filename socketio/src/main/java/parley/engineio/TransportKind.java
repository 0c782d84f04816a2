package parley.engineio;

/** What carries a session; the names are those of the protocol. */
public enum TransportKind {
  POLLING("polling"),
  WEBSOCKET("websocket");

  private final String protocolName;

  TransportKind(String protocolName) {
    this.protocolName = protocolName;
  }

  public String protocolName() {
    return protocolName;
  }
}

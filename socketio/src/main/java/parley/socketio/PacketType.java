package parley.socketio;

/** The packets of Socket.IO 5, in the order of their digits. */
enum PacketType {
  CONNECT('0'),
  DISCONNECT('1'),
  EVENT('2'),
  ACK('3'),
  CONNECT_ERROR('4'),
  BINARY_EVENT('5'),
  BINARY_ACK('6');

  private static final PacketType[] ALL = values();

  private final char digit;

  PacketType(char digit) {
    this.digit = digit;
  }

  char digit() {
    return digit;
  }

  static PacketType of(int digit) {
    return ALL[digit];
  }

  static int count() {
    return ALL.length;
  }

  boolean isBinary() {
    return this == BINARY_EVENT || this == BINARY_ACK;
  }
}

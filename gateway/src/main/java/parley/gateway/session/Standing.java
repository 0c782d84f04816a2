package parley.gateway.session;

import parley.protocol.Role;
import parley.protocol.RoomKind;

/** What a session's user was in a room when it joined. */
record Standing(RoomKind kind, Role role) {
  /** Of a session that was recovered: asked for when it matters. */
  static final Standing UNKNOWN = new Standing(RoomKind.OPEN, Role.NONE);

  boolean mayPublish() {
    return kind != RoomKind.ANNOUNCEMENT || role.moderates();
  }
}

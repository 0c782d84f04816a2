package parley.gateway.room;

/** Why a client hears a room no longer without having left it. */
public enum Ended {
  BANNED,
  KICKED,
  REMOVED,
  LEFT
}

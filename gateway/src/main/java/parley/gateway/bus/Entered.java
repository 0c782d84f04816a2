package parley.gateway.bus;

import parley.protocol.Role;
import parley.protocol.RoomKind;

/**
 * The right to hear a room, and where in it: taken in Redis in one instant.
 *
 * @param head seq of the room's last event at that instant, 0 if there was none
 * @param pos the clock at that instant: every event up to it has a seq of at most {@code head},
 *     every later one more
 */
public record Entered(String room, long head, long pos, RoomKind kind, Role role, long epoch) {}

/**
 * Rooms, their members, invitations and direct rooms: what may be done, by whom, and the
 * transaction that does it.
 */
@NullMarked
package parley.chat.rooms;

import org.jspecify.annotations.NullMarked;

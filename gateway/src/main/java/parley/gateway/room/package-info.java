/**
 * Rooms as a gateway sees them: the chain of events, members per event loop, repair of gaps, and
 * each client's {@link parley.gateway.room.Hearing}.
 */
@NullMarked
package parley.gateway.room;

import org.jspecify.annotations.NullMarked;

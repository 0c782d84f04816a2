/** A Socket.IO server on Vert.x that knows nothing of chat. */
@NullMarked
package parley.socketio;

import org.jspecify.annotations.NullMarked;

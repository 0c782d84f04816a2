/**
 * WebSocket connections as a server wants them: complete messages in, whole pre-framed buffers out,
 * nothing between.
 *
 * <p>{@link parley.websocket.FramedConnections} is the door: it takes over an accepted Vert.x
 * WebSocket.
 */
@NullMarked
package parley.websocket;

import org.jspecify.annotations.NullMarked;

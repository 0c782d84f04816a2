/**
 * Engine.IO 4: sessions over HTTP long polling and WebSocket, the upgrade between them, heartbeats.
 *
 * <p>{@link parley.engineio.EngineServer} is the door. A session lives on one event loop, that of
 * its first request; requests of it that arrive on another loop of the node hop there. Bytes go out
 * framed beforehand ({@link parley.engineio.Outgoing}), so that one encoding serves every
 * recipient.
 */
@NullMarked
package parley.engineio;

import org.jspecify.annotations.NullMarked;

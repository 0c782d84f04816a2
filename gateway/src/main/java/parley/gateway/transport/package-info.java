/**
 * What stands at the public and the internal port: Socket.IO with recovery, plain WebSockets,
 * server-sent events, polling, sending by HTTP, the page, and the way through to the services.
 */
@NullMarked
package parley.gateway.transport;

import org.jspecify.annotations.NullMarked;

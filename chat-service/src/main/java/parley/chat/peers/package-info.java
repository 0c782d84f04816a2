/** The other processes: history-service and the gateways, over HTTP. */
@NullMarked
package parley.chat.peers;

import org.jspecify.annotations.NullMarked;

/** WebSocket as a load generator needs it: nothing allocated per frame. */
@NullMarked
package parley.bench.wire;

import org.jspecify.annotations.NullMarked;

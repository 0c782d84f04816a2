/** Other servers, started beside Parley for comparison. */
@NullMarked
package parley.bench.peers;

import org.jspecify.annotations.NullMarked;

/** Clients and the patterns in which they load a server. */
@NullMarked
package parley.bench.load;

import org.jspecify.annotations.NullMarked;

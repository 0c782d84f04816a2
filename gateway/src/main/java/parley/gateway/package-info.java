/** Connections and fan-out. */
@NullMarked
package parley.gateway;

import org.jspecify.annotations.NullMarked;

/** Connections to Redis that come back by themselves. */
@NullMarked
package parley.chassis.redis;

import org.jspecify.annotations.NullMarked;

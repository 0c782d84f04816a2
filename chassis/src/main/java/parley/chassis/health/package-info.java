/** The operations port: alive, ready, metrics. */
@NullMarked
package parley.chassis.health;

import org.jspecify.annotations.NullMarked;

/** Where services register what they measure. */
@NullMarked
package parley.chassis.metrics;

import org.jspecify.annotations.NullMarked;

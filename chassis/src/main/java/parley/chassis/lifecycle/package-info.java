/** Ordered start and graceful stop of a service's parts. */
@NullMarked
package parley.chassis.lifecycle;

import org.jspecify.annotations.NullMarked;

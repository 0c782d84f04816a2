/** What the services write to standard output. */
@NullMarked
package parley.chassis.log;

import org.jspecify.annotations.NullMarked;

/** What every HTTP door needs. */
@NullMarked
package parley.chassis.http;

import org.jspecify.annotations.NullMarked;

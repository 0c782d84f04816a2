/** Settings: one immutable record per service, read from environment variables. */
@NullMarked
package parley.chassis.config;

import org.jspecify.annotations.NullMarked;

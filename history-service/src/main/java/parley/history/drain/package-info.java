/** From the Redis log to the archive. */
@NullMarked
package parley.history.drain;

import org.jspecify.annotations.NullMarked;

/** The archive of every event. */
@NullMarked
package parley.history;

import org.jspecify.annotations.NullMarked;

/** What every service stands on. */
@NullMarked
package parley.chassis;

import org.jspecify.annotations.NullMarked;

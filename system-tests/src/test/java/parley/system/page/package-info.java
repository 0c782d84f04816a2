/** The page in a real browser. */
@NullMarked
package parley.system.page;

import org.jspecify.annotations.NullMarked;

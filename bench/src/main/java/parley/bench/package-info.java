/** The load generator. */
@NullMarked
package parley.bench;

import org.jspecify.annotations.NullMarked;

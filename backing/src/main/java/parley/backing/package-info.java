/** Finds or starts Redis and Postgres for tests and local runs. */
@NullMarked
package parley.backing;

import org.jspecify.annotations.NullMarked;

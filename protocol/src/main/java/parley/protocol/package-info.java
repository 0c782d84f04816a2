/** What two processes must agree on: names in Redis, functions, events, errors, limits. */
@NullMarked
package parley.protocol;

import org.jspecify.annotations.NullMarked;

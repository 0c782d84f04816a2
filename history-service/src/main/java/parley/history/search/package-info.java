/** Words of messages and of queries, the same in both. */
@NullMarked
package parley.history.search;

import org.jspecify.annotations.NullMarked;

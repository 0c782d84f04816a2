/** Pages, heads and unread counts out of the archive. */
@NullMarked
package parley.history.query;

import org.jspecify.annotations.NullMarked;

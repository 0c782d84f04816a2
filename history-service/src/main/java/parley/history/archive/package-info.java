/** Events in Postgres: leases, commits, retention. */
@NullMarked
package parley.history.archive;

import org.jspecify.annotations.NullMarked;

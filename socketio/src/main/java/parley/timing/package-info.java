/**
 * The timeouts of an event loop, of which connections have many and most are moved before they
 * fire.
 */
@NullMarked
package parley.timing;

import org.jspecify.annotations.NullMarked;

/** The way of a change from Postgres into its room's log, once and in order. */
@NullMarked
package parley.chat.outbox;

import org.jspecify.annotations.NullMarked;

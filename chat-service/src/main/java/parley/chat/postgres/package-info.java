/** Postgres as sequential code on virtual threads sees it. */
@NullMarked
package parley.chat.postgres;

import org.jspecify.annotations.NullMarked;

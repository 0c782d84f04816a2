/** The pool of connections to Postgres and the migrations of a schema. */
@NullMarked
package parley.chassis.postgres;

import org.jspecify.annotations.NullMarked;

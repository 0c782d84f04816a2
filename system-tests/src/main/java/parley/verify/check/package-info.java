/** What everyone sent, was told and heard, held against the promises and Postgres. */
@NullMarked
package parley.verify.check;

import org.jspecify.annotations.NullMarked;

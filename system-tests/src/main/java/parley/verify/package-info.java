/** Breaks a cluster of real processes and checks that the promises hold: ./parley verify. */
@NullMarked
package parley.verify;

import org.jspecify.annotations.NullMarked;

/** Tests of the whole system: real processes, real clients, a real browser. */
@NullMarked
package parley.system;

import org.jspecify.annotations.NullMarked;

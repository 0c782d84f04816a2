/** The whole system in one JVM. */
@NullMarked
package parley.local;

import org.jspecify.annotations.NullMarked;

/** Real processes on this machine, to be killed and paused. */
@NullMarked
package parley.verify.cluster;

import org.jspecify.annotations.NullMarked;

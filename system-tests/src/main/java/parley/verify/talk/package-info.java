/** Clients of every transport that number what they send and note what they hear. */
@NullMarked
package parley.verify.talk;

import org.jspecify.annotations.NullMarked;

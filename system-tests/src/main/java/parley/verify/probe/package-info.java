/** Single promises tried on purpose: slow readers, a full log, a gateway that is cut off. */
@NullMarked
package parley.verify.probe;

import org.jspecify.annotations.NullMarked;
